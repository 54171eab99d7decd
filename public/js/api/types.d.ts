// Made from the API's OpenAPI document by `make docs`. Edits are lost.
// `paths` has for each path and method what is asked (`query`, `body`) and what is answered (`answer`).

export type Account = {
  "id": string;
  "name": string;
};

export type AccountErasureRequest = {
  "name": string;
};

export type AccountPerson = {
  "id": string;
  "name": string;
  "roles": Array<Role>;
  "createdAt": string;
  "removedAt": string | null;
  "passkeys": number | null;
  "openLinks": number | null;
  "mail": "none" | "confirmed" | "stopped" | null;
  "lastMail": "waiting" | "sent" | "unsent" | "bounced" | "complained" | null;
  "letInBy": Array<string> | null;
};

export type AccountSettings = {
  "id": string;
  "name": string;
  "baseCurrency": string | null;
  "proposedCurrency": string | null;
  "companyNames": Array<string>;
  "taxIds": Array<string>;
  "originals": "kept" | "bare";
  "aiBudget": AiBudget;
};

export type AccountStatement = {
  "account": LedgerAccount;
  "since": string | null;
  "until": string;
  "opening": number;
  "closing": number;
  "items": Array<LedgerEntry>;
  "nextCursor": string | null;
};

export type ActPreview = {
  "changes": number;
  "asAsked": number;
  "refused": Array<RefusedExpenses>;
  "reopenable": Array<string>;
  "sample": Array<Expense>;
  "isWhole": boolean;
  "seenAt": string;
};

export type ActSummary = {
  "id": string;
  "kind": string;
  "state": string;
  "changed": number;
  "leftOut": number;
  "restored": number;
  "kept": number;
  "createdBy": string;
  "createdAt": string;
  "finishedAt": string | null;
  "undoneBy": string | null;
  "undoneAt": string | null;
};

export type ActionWords = {
  "action": string;
  "says": string;
};

export type Added = {
  "added": number;
};

export type AddressAccess = {
  "kind": "address";
  "address": string;
  "authorization"?: string | null;
};

export type AiBudget = {
  "daily": string | null;
  "own": string | null;
  "countedToday": string;
};

export type AiCost = {
  "calls": number;
  "unpriced": number;
  "microUsd": number;
};

export type AiTotal = {
  "key": string;
  "offered": number;
  "refused": number;
  "completed": number;
  "failed": number;
  "rolledBack": number;
  "unpriced": number;
  "inputTokens": number;
  "outputTokens": number;
  "costMicroUsd": number;
  "durationMs": number;
};

export type Alert = {
  "id": string;
  "rule": string;
  "subject": string;
  "sentence": string;
  "count": number;
  "accountId": string | null;
  "runId": string | null;
  "link": string | null;
  "openedAt": string;
  "toldAt": string;
  "reminders": number;
  "closedAt": string | null;
};

export type AlikePayout = {
  "id": string;
  "payeeId": string;
  "payeeName": string;
  "currency": string;
  "amount": number;
  "reference": string;
  "state": string;
  "batchId": string | null;
  "createdAt": string;
};

export type AlikePayouts = {
  "alike": Array<AlikePayout>;
};

export type AllowedSender = {
  "pattern": string;
  "userId": string;
};

export type Apart = {
  "first": string;
  "second": string;
};

export type ApplyRequest = {
  "ids"?: Array<string> | null;
};

export type ApprovalChain = {
  "rule": string;
  "steps": Array<ApprovalStep>;
  "current": number | null;
  "waitsFor": Array<string>;
  "isMine": boolean;
  "forPerson": string | null;
  "fell": boolean;
};

export type ApprovalOutcome = {
  "id": string;
  "outcome": "done" | "already" | "refused" | "not_found";
  "status": string | null;
  "reason": string | null;
  "violations": Array<PolicyViolation>;
  "decided": Decided | null;
  "chain": ApprovalChain | null;
};

export type ApprovalPolicy = {
  "id": string;
  "name": string;
  "effect": string;
  "category": string | null;
  "person": string | null;
  "currency": string | null;
  "above": string | null;
  "heldAt": HeldAt;
  "withoutReceipt": boolean;
  "unlessApprovedBy": string | null;
  "unlessApprovedByName": string | null;
};

export type ApprovalQueue = {
  "items": Array<Queued>;
  "count": number;
  "total": string | null;
  "currency": string | null;
  "unconverted": number;
  "isWhole": boolean;
};

export type ApprovalStep = {
  "waitsFor": string;
  "approvedBy": string | null;
  "inPlaceOf": string | null;
  "at": string | null;
};

export type Archive = {
  "ranges": Record<string, number>;
  "events": number;
  "runs": number;
  "nextSeals": number;
  "nextEvents": number;
  "oldRuns": number;
  "flaws": Array<FlawedFile>;
};

export type AskedEntry = {
  "id": string;
  "bankAccountId": string;
  "statementId": string;
  "status": "booked" | "pending" | "replaced";
  "day": string;
  "valueDay": string | null;
  "amount": number;
  "currency": string;
  "counterparty": string | null;
  "counterpartyShown": string | null;
  "words": string;
  "bankReference": string | null;
  "endToEndId": string | null;
  "creditorReference": string | null;
  "transactionCode": string | null;
  "charges": number;
  "foreignAmount": number | null;
  "foreignCurrency": string | null;
  "rate": string | null;
  "isReversal": boolean;
  "explained": number;
  "reason": string | null;
  "reasonBy": string | null;
  "owedBy": string | null;
  "askedAt": string | null;
  "doubt": "voided" | "changed" | null;
  "payments": Array<Payment>;
  "matches": Array<BankMatch>;
  "notMailed": string | null;
};

export type AssertionRequest = {
  "id": string;
  "clientDataJSON": string;
  "authenticatorData": string;
  "signature": string;
  "userHandle": string;
};

export type AuditEvent = {
  "id": number;
  "stream": string;
  "seq": number;
  "accountId": string;
  "actor": string;
  "action": string;
  "outcome": string;
  "contractVersion": number | null;
  "at": string;
  "detail": Record<string, unknown>;
  "isSealed": boolean;
};

export type AuthenticatorSelection = {
  "residentKey"?: "required";
  "requireResidentKey"?: true;
  "userVerification"?: "required";
};

export type AuthorizationRequest = {
  "state": string;
  "code": string;
  "realmId"?: string | null;
};

export type Away = {
  "country": string;
  "left": string;
  "returned": string;
  "meals"?: Array<MealsGiven>;
  "overnight"?: boolean;
};

export type Balance = {
  "id": string;
  "name": string;
  "currency": string;
  "normalSide": Side;
  "leastAvailable": number | null;
  "at": string;
  "posted": number;
  "pending": number;
  "available": number;
  "debitsPosted": number;
  "creditsPosted": number;
  "debitsPending": number;
  "creditsPending": number;
};

export type BankAccount = {
  "id": string;
  "name": string;
  "currency": string;
  "number": string | null;
  "booksCertain": boolean;
  "createdAt": string;
  "archivedAt": string | null;
  "balance": number | null;
  "balanceDay": string | null;
  "firstDay": string | null;
  "lastDay": string | null;
  "entries": number;
  "open": number;
  "certain": number;
  "disagrees": string | null;
};

export type BankAccountChange = {
  "name"?: string | null;
  "booksCertain"?: boolean | null;
  "archived"?: boolean | null;
};

export type BankAccountRequest = {
  "name": string;
  "currency": string;
  "number"?: string | null;
  "booksCertain"?: boolean;
};

export type BankAnswered = {
  "fileId": string;
  "changed": number;
  "contradicted": Array<string>;
};

export type BankChoice = {
  "id": string;
  "name": string;
  "country": string;
  "mostDays": number;
};

export type BankFetch = {
  "id": string;
  "sourceId": string;
  "state": "stored" | "done" | "failed";
  "by": string;
  "fromDay": string;
  "toDay": string;
  "pages": number;
  "records": number;
  "attempts": number;
  "nextAttemptAt": string;
  "why": string | null;
  "createdAt": string;
  "settledAt": string | null;
  "statementId": string | null;
};

export type BankMatch = {
  "id": string;
  "state": "proposed" | "accepted" | "declined" | "undone";
  "kind": string;
  "level": "automatic" | "proposed" | "tie" | "by_hand";
  "score": number;
  "reasons": Array<string>;
  "twins": Array<string>;
  "pairs": Array<MatchedPair>;
  "createdAt": string;
  "decidedBy": string | null;
  "decidedAt": string | null;
  "said": string | null;
};

export type BankSource = {
  "id": string;
  "bankAccountId": string;
  "kind": "enable-banking" | "address";
  "bank": string;
  "country": string | null;
  "state": "new" | "choosing" | "connected" | "stopped" | "ended";
  "why": string | null;
  "validUntil": string | null;
  "nextAt": string | null;
  "createdBy": string;
  "createdAt": string;
  "endedAt": string | null;
  "accounts": Array<OfferedAccount>;
  "last": BankFetch | null;
};

export type BankSourceRequest = {
  "bankAccountId": string;
  "access": EnableBankingAccess | AddressAccess;
  "fromDay"?: string | null;
};

export type BankStatement = {
  "id": string;
  "runId": string;
  "state": string;
  "status": string;
  "fileName": string | null;
  "bankAccounts": string | null;
  "size": number;
  "source": "upload" | "mail" | "fetch";
  "by": string;
  "createdAt": string;
  "format": Format | null;
  "entries": number | null;
  "added": number;
  "known": number;
  "booked": number;
  "undoneBy": string | null;
  "undoneBecause": string | null;
  "undoneAt": string | null;
};

export type BankStatementDetail = {
  "id": string;
  "runId": string;
  "state": string;
  "status": string;
  "fileName": string | null;
  "bankAccounts": string | null;
  "size": number;
  "source": "upload" | "mail" | "fetch";
  "by": string;
  "createdAt": string;
  "format": Format | null;
  "entries": number | null;
  "added": number;
  "known": number;
  "booked": number;
  "undoneBy": string | null;
  "undoneBecause": string | null;
  "undoneAt": string | null;
  "sections": Array<Section>;
  "misfits": Array<Misfit>;
  "breaks": Array<Break>;
  "undoable": Undoable | null;
};

export type Base = {
  "currency": string;
  "total": string;
  "tax": string | null;
  "rate": string;
  "rateDate": string;
  "source": string;
};

export type BaseMissing = {
  "reason": "pending" | "rates_missing" | "not_quoted" | "before_rates" | "too_large";
  "date": string | null;
  "currency": string | null;
};

export type BaseTotal = {
  "currency": string;
  "count": number;
  "total": string;
  "tax": string;
};

export type BehindSource = {
  "userId": string;
  "name": string;
};

export type BooksChart = {
  "company": string;
  "currency": string;
  "readAt": string;
  "accounts": Array<ChartAccount>;
  "taxCodes": Array<ChartTaxCode>;
};

export type BooksConflict = {
  "id": string;
  "connectionId": string;
  "item": string;
  "kind": string;
  "subject": string;
  "title": string | null;
  "foundAt": string;
  "ours": Record<string, JsonValue>;
  "theirs": Record<string, JsonValue> | null;
  "isVoidThere": boolean;
  "url": string | null;
  "differences": Array<SideDifference>;
  "contacts": Record<string, string>;
  "accounts": Record<string, string>;
  "taxCodes": Record<string, string>;
  "decision": "ours" | "theirs" | null;
  "decidedBy": string | null;
  "decidedAt": string | null;
};

export type BooksConnection = {
  "id": string;
  "name": string;
  "provider": "signed" | "xero" | "quickbooks" | "hubspot";
  "direction": "push" | "pull";
  "status": "connected" | "asked" | "disconnected" | "ended";
  "disconnectedWhy": string | null;
  "company": string | null;
  "url": string | null;
  "firstDay": string;
  "onlyApproved": boolean;
  "onChange": boolean;
  "chartAt": string | null;
  "syncing": string | null;
  "firstSyncAt": string | null;
  "createdBy": string;
  "createdAt": string;
};

export type BooksItem = {
  "id": string;
  "connectionId": string;
  "connection": string;
  "kind": "expense" | "claim" | "credit_note";
  "subject": string;
  "title": string | null;
  "state": "new" | "written" | "credited" | "left_out" | "set_aside" | "waiting" | "conflict";
  "isDue": boolean;
  "code": string | null;
  "reason": string | null;
  "says": string;
  "externalId": string | null;
  "externalNumber": string | null;
  "externalUrl": string | null;
  "writtenVersion": number | null;
  "writtenAt": string | null;
  "hasFile": boolean;
  "updatedAt": string;
};

export type BooksMappingShown = {
  "words": Array<MappedWord>;
  "unmapped": Array<UnmappedWord>;
  "isWhole": boolean;
  "needsTaxCodes": boolean;
};

export type BooksMending = {
  "reason": string;
};

export type BooksRetry = {
  "items"?: Array<string> | null;
  "code"?: string | null;
};

export type BooksStatus = {
  "isEverything": boolean;
  "connections": Array<ConnectionStatus>;
};

export type BooksSync = {
  "id": string;
  "connectionId": string;
  "state": "running" | "stopped_short" | "completed" | "disconnected" | "stopped";
  "begunBy": "hand" | "schedule" | "change";
  "actor": string;
  "begunAt": string;
  "endedAt": string | null;
  "runId": string;
  "outcomes": Record<string, number>;
};

export type Break = {
  "kind": string;
  "bankAccountId": string;
  "before": string;
  "after": string;
  "fromDay": string | null;
  "toDay": string | null;
  "amount": number | null;
  "numbers": Array<unknown> | null;
};

export type BrowserSubscription = {
  "endpoint": string;
  "keys": PushKeys;
};

export type BulkOperation = {
  "id": string;
  "act": "retry" | "abandon" | "cancel" | "resume";
  "filter": Record<string, unknown>;
  "reason": string;
  "actor": string;
  "found": number;
  "done": number;
  "leftOut": number;
  "runId": string;
  "status": string;
  "inLine": boolean;
  "createdAt": string;
  "finishedAt": string | null;
};

export type BulkOperationRequest = {
  "act": "retry" | "abandon" | "cancel" | "resume";
  "filter"?: RunFilter;
  "reason": string;
};

export type BulkPreview = {
  "count": number;
  "isMore": boolean;
  "sample": Array<RunSummary>;
};

export type BulkPreviewRequest = {
  "act": "retry" | "abandon" | "cancel" | "resume";
  "filter"?: RunFilter;
};

export type BulkRequest = {
  "reason": string;
  "ids": Array<string>;
};

export type BulkResult = {
  "done": Array<string>;
  "refused": Record<string, string>;
};

export type By = "day" | "model" | "account" | "run";

export type CallState = "offered" | "approved" | "started" | "completed" | "failed" | "rolled_back";

export type Category = {
  "id": string;
  "name": string;
  "ledgerCode": string | null;
  "taxCode": string | null;
  "accountIsAutomatic": boolean;
  "state": string;
  "used": number;
  "createdAt": string;
};

export type CategoryChange = {
  "ledgerCode"?: string | null;
  "taxCode"?: string | null;
  "accountIsAutomatic"?: boolean;
  "state"?: "active" | "archived";
};

export type CategoryList = {
  "items": Array<string>;
  "categories": Array<Category>;
};

export type CategoryRule = {
  "id": string;
  "when": When;
  "gives": RuleGives;
  "state": string;
};

export type CertainAccepted = {
  "accepted": number;
  "left": number;
};

export type CertainRequest = {
  "account"?: string | null;
  "from"?: string | null;
  "to"?: string | null;
};

export type ChainRule = {
  "id": string;
  "name": string;
  "category": string | null;
  "person": string | null;
  "personName": string | null;
  "from": string | null;
  "currency": string | null;
  "steps": Array<ChainStep>;
};

export type ChainStep = {
  "who": string;
  "name": string;
};

export type ChangeDecision = {
  "decision": "confirm" | "reject";
};

export type ChangeRequest = {
  "baseCurrency"?: string | null;
  "aiDailyBudget"?: string | null;
  "companyNames"?: Array<string> | null;
  "taxIds"?: Array<string> | null;
  "originals"?: "kept" | "bare" | null;
};

export type ChangedData = {
  "expenseId": string;
  "receiptId": string;
  "runId": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
  "changeId": string;
  "version": number;
  "changed": Array<string>;
  "status": string;
  "category": string | null;
  "note": string | null;
  "tags": Array<string>;
  "projectId": string | null;
  "project": string | null;
  "clientId": string | null;
  "client": string | null;
  "paymentMethod": string | null;
  "paidBy": string;
  "billable": boolean;
  "parts": Array<PartShape>;
};

export type Chart = "none" | "skr03" | "skr04";

export type ChartAccount = {
  "code": string;
  "name": string;
  "number": string;
  "type": string;
  "isActive": boolean;
};

export type ChartTaxCode = {
  "code": string;
  "name": string;
  "percent": string | null;
  "isActive": boolean;
  "ofPurchases": boolean;
  "ofSales": boolean;
};

export type ChoiceRequest = {
  "topic": string;
  "inApp": boolean;
  "byMail": boolean;
};

export type Chosen = {
  "ids": Array<string>;
};

export type ChosenAccount = {
  "id": string;
};

export type ChosenBank = {
  "bank": string;
  "country": string;
};

export type ChosenRequest = {
  "kind": "category" | "proposed_category" | "tags" | "client" | "paid_by" | "billable" | "void" | "send_back" | "approve" | "unapprove";
  "ids"?: Array<string> | null;
  "filter"?: Record<string, string | Array<string>> | null;
  "category"?: string | null;
  "add"?: Array<string>;
  "remove"?: Array<string>;
  "clientId"?: string | null;
  "paidBy"?: string | null;
  "billable"?: boolean | null;
  "reason"?: string | null;
  "versions"?: Array<number> | null;
  "seenAt"?: string | null;
};

export type ClaimAskedEvent = {
  "type": "claim.asked";
  "timestamp": string;
  "data": ClaimTold | ThinData;
};

export type ClaimDetail = {
  "id": string;
  "number": string | null;
  "state": "draft" | "issued" | "part_paid" | "paid" | "overdue" | "disputed" | "withdrawn" | "credited" | "written_off";
  "runState": string;
  "payerKind": "company" | "customer";
  "clientId": string | null;
  "payerName": string;
  "sentBy": "hand" | "webhook" | "mail";
  "payerMail": string | null;
  "currency": string;
  "total": string;
  "credited": string;
  "paid": string;
  "writtenOff": string;
  "open": string;
  "expenses": number;
  "issuedOn": string | null;
  "dueOn": string | null;
  "askedBy": string;
  "createdAt": string;
  "files": Array<ClaimFile>;
  "mails": Array<ClaimMail>;
  "items": Array<ClaimItem>;
  "events": Array<ClaimEvent>;
};

export type ClaimEvent = {
  "version": number | null;
  "reverses": number | null;
  "kind": string;
  "currency": string | null;
  "amount": string | null;
  "applied": string | null;
  "day": string | null;
  "said": string | null;
  "number": string | null;
  "actor": string;
  "at": string;
};

export type ClaimFile = {
  "name": "statement" | "invoice" | "credit_note";
  "number": string;
  "url": string;
  "size": number;
  "sha256": string;
};

export type ClaimItem = {
  "expenseId": string;
  "amount": string;
  "tax": string | null;
  "merchant": string | null;
  "date": string | null;
  "category": string | null;
  "isReleased": boolean;
  "hasChanged": boolean;
};

export type ClaimLink = {
  "id": string;
  "claimId": string;
  "status": "active" | "expired" | "revoked";
  "createdBy": string;
  "createdAt": string;
  "expiresAt": string;
};

export type ClaimLinkRequest = {
  "expiresInDays"?: number;
};

export type ClaimMail = {
  "purpose": "issued" | "reminder" | "second_reminder" | "thanks";
  "became": "waiting" | "sent" | "bounced" | "complained" | "unsent";
  "providerId": string | null;
  "runId": string | null;
  "sentAt": string | null;
};

export type ClaimPaymentRequest = {
  "amount": string;
  "currency": string;
  "day": string;
  "reference"?: string | null;
};

export type ClaimPreview = {
  "payerName": string;
  "currency": string;
  "total": string;
  "expenses": number;
  "dueOn": string;
  "termsDays": number;
  "reminderDays": Array<number>;
  "sentBy": "hand" | "webhook" | "mail";
  "mail": MailPreview | null;
  "hasInvoice": boolean;
  "missing": Array<string>;
};

export type ClaimRequest = {
  "currency": string;
  "payerKind": "company" | "customer";
  "clientId"?: string | null;
  "payerName"?: string | null;
  "firstDay"?: string | null;
  "lastDay"?: string | null;
  "person"?: string | null;
  "expenseIds"?: Array<string> | null;
  "expectedTotal"?: string | null;
  "sentBy"?: "hand" | "webhook" | "mail";
  "payerMail"?: string | null;
  "termsDays"?: number | null;
  "reminderDays"?: Array<number>;
  "pauseDays"?: number;
  "invoice"?: InvoiceParams | null;
  "leaveOutViolations"?: boolean;
};

export type ClaimSummary = {
  "id": string;
  "number": string | null;
  "state": "draft" | "issued" | "part_paid" | "paid" | "overdue" | "disputed" | "withdrawn" | "credited" | "written_off";
  "runState": string;
  "payerKind": "company" | "customer";
  "clientId": string | null;
  "payerName": string;
  "sentBy": "hand" | "webhook" | "mail";
  "payerMail": string | null;
  "currency": string;
  "total": string;
  "credited": string;
  "paid": string;
  "writtenOff": string;
  "open": string;
  "expenses": number;
  "issuedOn": string | null;
  "dueOn": string | null;
  "askedBy": string;
  "createdAt": string;
};

export type ClaimTold = {
  "claimId": string;
  "number": string;
  "stage": string;
  "payerName": string;
  "currency": string;
  "total": string;
  "open": string;
  "dueOn": string;
};

export type ClaimViolation = {
  "expenseId": string;
  "merchant": string;
  "amount": string;
  "currency": string;
  "policy": string;
  "name": string;
  "rule": string;
  "effect": "refuse" | "four_eyes" | "warn";
  "limit": string | null;
  "limitCurrency": string | null;
  "compared": string | null;
  "approvedBy": string | null;
  "reason": string;
  "hinders": boolean;
  "next": Array<Next>;
};

export type Claimable = {
  "currency": string;
  "count": number;
  "total": string;
  "heldBack": number;
  "violations": Array<ClaimViolation>;
  "expenses": Array<ClaimableExpense>;
};

export type ClaimableExpense = {
  "id": string;
  "date": string;
  "merchant": string;
  "category": string | null;
  "client": string | null;
  "receiptId": string;
  "mediaType": string | null;
  "amount": string;
};

export type ClientChange = {
  "street"?: string | null;
  "postalCode"?: string | null;
  "city"?: string | null;
  "country"?: string | null;
  "vatId"?: string | null;
  "registrationId"?: string | null;
  "mail"?: string | null;
  "language"?: string | null;
  "currency"?: string | null;
  "termsDays"?: number | null;
  "reference"?: string | null;
  "name"?: string | null;
  "archived"?: boolean | null;
};

export type ClientChoice = {
  "id": string;
  "name": string;
  "projects": Array<ProjectChoice>;
};

export type ClientRecord = {
  "id": string;
  "name": string;
  "street": string | null;
  "postalCode": string | null;
  "city": string | null;
  "country": string | null;
  "vatId": string | null;
  "registrationId": string | null;
  "mail": string | null;
  "language": string | null;
  "currency": string | null;
  "termsDays": number | null;
  "reference": string | null;
  "source": string | null;
  "externalId": string | null;
  "openProjects": number;
  "openedAt": string;
  "archivedAt": string | null;
  "mergedInto": string | null;
};

export type ClientRequest = {
  "street"?: string | null;
  "postalCode"?: string | null;
  "city"?: string | null;
  "country"?: string | null;
  "vatId"?: string | null;
  "registrationId"?: string | null;
  "mail"?: string | null;
  "language"?: string | null;
  "currency"?: string | null;
  "termsDays"?: number | null;
  "reference"?: string | null;
  "name": string;
};

export type ClosedPeriod = {
  "id": string;
  "firstDay": string;
  "lastDay": string;
  "exportId": string;
  "isReady": boolean;
  "held": number;
  "inReview": number;
  "late": number;
  "closedBy": string;
  "closedAt": string;
  "reopenedBy": string | null;
  "reopenedAt": string | null;
  "reopenReason": string | null;
};

export type Coding = {
  "account"?: string | null;
  "taxCode"?: string | null;
  "costCentre"?: string | null;
  "accountIsAutomatic"?: boolean;
};

export type CompanyAccount = {
  "name": string;
  "iban": string;
};

export type CompanyProfile = {
  "name": string;
  "street": string | null;
  "postalCode": string | null;
  "city": string | null;
  "country": string | null;
  "vatId": string | null;
  "registrationId": string | null;
  "mail": string | null;
  "iban": string | null;
  "bic": string | null;
  "logo": Logo | null;
  "missing": Array<string>;
  "updatedAt": string | null;
};

export type CompanyRequest = {
  "name"?: string | null;
  "street"?: string | null;
  "postalCode"?: string | null;
  "city"?: string | null;
  "country"?: string | null;
  "vatId"?: string | null;
  "registrationId"?: string | null;
  "mail"?: string | null;
  "iban"?: string | null;
  "bic"?: string | null;
};

export type Compared = {
  "now": ExpenseReport;
  "before": ExpenseReport;
};

export type ConcurrencyLimit = {
  "limit": number;
  "key": string | null;
};

export type ConfirmationRequest = {
  "code": string;
};

export type Confirmed = {
  "confirmed": boolean;
};

export type ConflictDecision = {
  "decision": "ours" | "theirs";
};

export type ConnectionChange = {
  "name"?: string | null;
  "onlyApproved"?: boolean | null;
  "onChange"?: boolean | null;
};

export type ConnectionRequest = {
  "name": string;
  "provider": "signed" | "xero" | "quickbooks" | "hubspot";
  "firstDay": string;
  "onlyApproved"?: boolean;
  "onChange"?: boolean;
  "url"?: string | null;
  "secret"?: string | null;
};

export type ConnectionStatus = {
  "connection": BooksConnection;
  "isEverything": boolean;
  "says": string;
  "written": number;
  "leftOut": number;
  "lacking": Array<Lacking>;
  "notDue": Array<Lacking>;
  "lastSync": BooksSync | null;
};

export type ConsentAnswer = {
  "state": string;
  "code"?: string | null;
  "error"?: string | null;
};

export type ConsentUrl = {
  "address": string;
  "expiresAt": string;
};

export type ContractState = {
  "name": string;
  "status": string;
  "says": string;
  "nextSafeAction": string;
  "isTerminal": boolean;
  "deadlineSeconds": number | null;
};

export type ContractStep = {
  "name": string;
  "effect": string;
  "beginsIn": Array<string>;
  "onSuccess": Array<string>;
  "onFailure": FailurePath;
  "retries": RetryPolicy;
  "timeoutSeconds": number;
  "reviews": Array<string>;
  "idempotencyKey": string;
  "canBeUndone": boolean;
  "withheld": Array<string>;
};

export type Count = {
  "count": number;
  "warnings": Array<ExportWarning>;
};

export type CoveredExpense = {
  "expenseId": string;
  "merchant": string | null;
  "date": string | null;
  "amount": number;
  "ofAmount": number;
  "ofCurrency": string;
  "rate": string | null;
  "rateDay": string | null;
  "rateSource": string | null;
  "releasedAt": string | null;
};

export type CreatedConnection = {
  "id": string;
  "name": string;
  "provider": "signed" | "xero" | "quickbooks" | "hubspot";
  "direction": "push" | "pull";
  "status": "connected" | "asked" | "disconnected" | "ended";
  "disconnectedWhy": string | null;
  "company": string | null;
  "url": string | null;
  "firstDay": string;
  "onlyApproved": boolean;
  "onChange": boolean;
  "chartAt": string | null;
  "syncing": string | null;
  "firstSyncAt": string | null;
  "createdBy": string;
  "createdAt": string;
  "secret": string | null;
  "authorizeUrl": string | null;
};

export type CreatedData = {
  "expenseId": string;
  "receiptId": string;
  "runId": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
};

export type CreatedSource = {
  "id": string;
  "name": string;
  "path": string;
  "scheme": StandardWebhooks | Stripe | GitHub | PlainHmac;
  "mapping": EventMapping;
  "createdAt": string;
  "changedAt": string;
  "secrets": Array<InboundSecret>;
  "people": Array<BehindSource>;
  "needs": Array<string>;
  "stopped": StoppedSource | null;
  "refused": RefusedEvents;
  "waiting": number;
  "unmapped": number;
  "secret": string | null;
};

export type CreationOptions = {
  "rp": RelyingPartyEntity;
  "user": UserEntity;
  "challenge": string;
  "pubKeyCredParams": Array<KeyParameter>;
  "timeout": number;
  "excludeCredentials": Array<CredentialDescriptor>;
  "authenticatorSelection": AuthenticatorSelection;
  "attestation"?: "none";
};

export type CredentialDescriptor = {
  "type"?: "public-key";
  "id": string;
  "transports": Array<string>;
};

export type CreditRequest = {
  "expenseIds": Array<string>;
  "reason": string;
};

export type CurrencyTotal = {
  "currency": string;
  "count": number;
  "total": string;
  "tax": string;
  "unconverted": number;
  "unconvertedTotal": string;
};

export type DataExportFile = {
  "number": number;
  "url": string;
  "size": number;
  "sha256": string;
  "rows": number;
  "documents": number;
  "missing": number;
};

export type DataExportStatus = {
  "id": string;
  "what": What;
  "target": string;
  "runId": string;
  "status": Stand;
  "requestedAt": string;
  "finishedAt": string | null;
  "expiresAt": string | null;
  "files": Array<DataExportFile>;
};

export type DateForm = "YYYY-MM-DD" | "DD.MM.YYYY" | "DD/MM/YYYY" | "MM/DD/YYYY";

export type Datev = {
  "consultant": number;
  "client": number;
  "fiscalYearBegin"?: string;
  "accountLength"?: number;
};

export type Decided = {
  "decision": string;
  "by": string | null;
  "reason": string | null;
  "at": string;
};

export type Decision = {
  "runId": string;
  "decision": string;
};

export type DecisionRequest = {
  "decision": "approve" | "reject";
  "values"?: Record<string, unknown>;
  "comment"?: string | null;
};

export type Decisions = {
  "changed": number;
};

export type Delivery = {
  "id": string;
  "endpointId": string;
  "eventId": string;
  "topic": string;
  "state": "pending" | "delivered" | "given_up" | "cancelled";
  "attemptsMade": number;
  "lastStatus": number | null;
  "lastError": string | null;
  "nextAttemptAt": string | null;
  "createdAt": string;
  "settledAt": string | null;
};

export type DeliveryAttempt = {
  "number": number;
  "at": string;
  "durationMs": number;
  "status": number | null;
  "error": string | null;
  "answer": string | null;
};

export type DeliveryDetail = {
  "id": string;
  "endpointId": string;
  "eventId": string;
  "topic": string;
  "state": "pending" | "delivered" | "given_up" | "cancelled";
  "attemptsMade": number;
  "lastStatus": number | null;
  "lastError": string | null;
  "nextAttemptAt": string | null;
  "createdAt": string;
  "settledAt": string | null;
  "payload": Record<string, unknown>;
  "attempts": Array<DeliveryAttempt>;
};

export type DocumentAsked = {
  "person": string | null;
};

export type DocumentChange = {
  "documentKind"?: string | null;
  "receiptNumber"?: string | null;
  "dueDate"?: string | null;
  "amountDue"?: string | null;
  "buyer"?: string | null;
};

export type DocumentKind = "receipt" | "invoice" | "credit_note" | "statement" | "other";

export type Driven = {
  "date": string;
  "km"?: string | null;
  "miles"?: string | null;
  "kmBefore"?: string | null;
  "milesBefore"?: string | null;
  "vehicle"?: "car" | "motorcycle" | "bicycle";
  "country": string;
};

export type DryRunItem = {
  "item": string;
  "kind": "expense" | "claim" | "credit_note";
  "subject": string;
  "title": string | null;
  "act": "create" | "change" | "credit" | "nothing" | "wait" | "set_aside";
  "reason": string | null;
  "document": Record<string, JsonValue> | null;
  "differences": Record<string, Array<JsonValue>>;
  "contacts": Record<string, string>;
  "accounts": Record<string, string>;
  "taxCodes": Record<string, string>;
};

export type EarlierAddress = {
  "address": string;
  "endsAt": string;
};

export type Effect = "refuse" | "four_eyes" | "warn";

export type EnableBankingAccess = {
  "kind": "enable-banking";
  "applicationId": string;
  "privateKey": string;
  "bank"?: string | null;
  "country": string;
  "psuType"?: "business" | "personal";
};

export type Endpoint = {
  "id": string;
  "origin": "account" | "deployment";
  "url": string;
  "topics": Array<string>;
  "description": string;
  "status": "enabled" | "disabled";
  "disabledAt": string | null;
  "disabledWhy": string | null;
  "failingSince": string | null;
  "lastDeliveredAt": string | null;
  "createdAt": string;
};

export type EndpointChange = {
  "url"?: string | null;
  "topics"?: Array<string> | null;
  "description"?: string | null;
  "enabled"?: boolean | null;
};

export type EndpointDetail = {
  "id": string;
  "origin": "account" | "deployment";
  "url": string;
  "topics": Array<string>;
  "description": string;
  "status": "enabled" | "disabled";
  "disabledAt": string | null;
  "disabledWhy": string | null;
  "failingSince": string | null;
  "lastDeliveredAt": string | null;
  "createdAt": string;
  "signingKeys": number;
};

export type EndpointRequest = {
  "url": string;
  "topics"?: Array<string>;
  "description"?: string;
};

export type EnteredRate = {
  "id": string;
  "currency": string;
  "baseCurrency": string;
  "rate": string;
  "firstDay": string;
  "lastDay": string;
  "source": string;
  "by": string | null;
  "createdAt": string;
  "expenses": number;
};

export type EnteredRates = {
  "items": Array<EnteredRate>;
};

export type Entry = {
  "id": number | null;
  "at": string;
  "action": string | null;
  "says": string;
  "outcome": string | null;
  "step": string | null;
  "reason": string | null;
  "who": Who;
  "about": Thing | null;
  "isSealed": boolean | null;
};

export type EntryCounts = {
  "entries": number;
  "open": number;
  "certain": number;
};

export type EntryWithMatches = {
  "id": string;
  "bankAccountId": string;
  "statementId": string;
  "status": "booked" | "pending" | "replaced";
  "day": string;
  "valueDay": string | null;
  "amount": number;
  "currency": string;
  "counterparty": string | null;
  "counterpartyShown": string | null;
  "words": string;
  "bankReference": string | null;
  "endToEndId": string | null;
  "creditorReference": string | null;
  "transactionCode": string | null;
  "charges": number;
  "foreignAmount": number | null;
  "foreignCurrency": string | null;
  "rate": string | null;
  "isReversal": boolean;
  "explained": number;
  "reason": string | null;
  "reasonBy": string | null;
  "owedBy": string | null;
  "askedAt": string | null;
  "doubt": "voided" | "changed" | null;
  "payments": Array<Payment>;
  "matches": Array<BankMatch>;
};

export type Erasure = {
  "id": string;
  "what": What;
  "target": string;
  "runId": string;
  "status": "waiting" | "erasing" | "erased" | "kept";
  "requestedAt": string;
  "dueAt": string;
  "insisted": boolean;
  "takenBackAt": string | null;
  "erasedAt": string | null;
};

export type EventMapping = {
  "rules": Array<Rule>;
};

export type EventType = {
  "name": string;
  "version": number;
  "says": string;
  "payloadSchema": Record<string, unknown>;
};

export type ExchangeRequest = {
  "kind": "exchange";
  "id": string;
  "sold": LegRequest;
  "bought": LegRequest;
  "amount": number;
  "rate": string;
  "source": string;
};

export type Expense = {
  "id": string;
  "runId": string;
  "receiptId": string;
  "status": string;
  "version": number;
  "origin": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "category": string | null;
  "proposedCategory": ProposedCategory | null;
  "tags": Array<string>;
  "parts": Array<PartShape>;
  "note": string | null;
  "projectId": string | null;
  "project": string | null;
  "clientId": string | null;
  "client": string | null;
  "paymentMethod": string | null;
  "paidBy": string;
  "billable": boolean;
  "person": PersonName | null;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
  "base": Base | null;
  "baseMissing": BaseMissing | null;
  "createdAt": string;
  "updatedAt": string | null;
};

export type ExpenseApprovedEvent = {
  "type": "expense.approved";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseChange = {
  "id": string;
  "kind": string;
  "fromVersion": number | null;
  "version": number | null;
  "reason": string | null;
  "actor": string;
  "person": PersonName | null;
  "at": string;
  "values": Array<ValueChange>;
  "undoes": string | null;
  "undoneBy": string | null;
};

export type ExpenseConfirmedEvent = {
  "type": "expense.confirmed";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseCreatedEvent = {
  "type": "expense.created";
  "timestamp": string;
  "data": CreatedData | ThinData;
};

export type ExpenseDetail = {
  "id": string;
  "runId": string;
  "receiptId": string;
  "status": string;
  "version": number;
  "origin": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "category": string | null;
  "proposedCategory": ProposedCategory | null;
  "tags": Array<string>;
  "parts": Array<PartShape>;
  "note": string | null;
  "projectId": string | null;
  "project": string | null;
  "clientId": string | null;
  "client": string | null;
  "paymentMethod": string | null;
  "paidBy": string;
  "billable": boolean;
  "person": PersonName | null;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
  "base": Base | null;
  "baseMissing": BaseMissing | null;
  "createdAt": string;
  "updatedAt": string | null;
  "stage": "in_review" | "ready" | "approved" | "exported" | "claimed" | "paid" | "voided";
  "mediaType": string | null;
  "taxLines": Array<ExpenseTaxLine>;
  "items": Array<ExpenseItem>;
};

export type ExpenseDocument = {
  "expenseId": string;
  "runId": string;
  "receiptId": string;
  "fileName": string | null;
  "isOwn": boolean;
};

export type ExpenseEdit = {
  "merchant"?: string | null;
  "registeredName"?: string | null;
  "date"?: string | null;
  "total"?: string | null;
  "tax"?: string | null;
  "currency"?: string | null;
  "category"?: string | null;
  "documentKind"?: string | null;
  "receiptNumber"?: string | null;
  "dueDate"?: string | null;
  "amountDue"?: string | null;
  "buyer"?: string | null;
  "note"?: string | null;
  "tags"?: Array<string>;
  "clientId"?: string | null;
  "projectId"?: string | null;
  "paymentMethod"?: string | null;
  "paidBy"?: string | null;
  "billable"?: boolean;
  "parts"?: Array<ExpensePart>;
  "taxLines"?: Array<TaxLine>;
  "items"?: Array<Item>;
  "reason"?: string | null;
  "confirmed"?: Array<"date">;
};

export type ExpenseItem = {
  "description": string;
  "quantity": string | null;
  "unitPrice": string | null;
  "amount": string;
};

export type ExpenseMergedEvent = {
  "type": "expense.merged";
  "timestamp": string;
  "data": MergedData | ThinData;
};

export type ExpensePage = {
  "items": Array<ListedExpense>;
  "nextCursor": string | null;
  "notSearchableYet": number | null;
  "filter": Record<string, string | Array<string>>;
};

export type ExpensePart = {
  "category"?: string | null;
  "amount": string;
  "tax"?: string | null;
  "note"?: string | null;
};

export type ExpenseProgress = {
  "stages": Array<ProgressStage>;
  "closedPeriod": ProgressFact | null;
};

export type ExpenseReport = {
  "by": "month" | "category" | "merchant" | "tax_rate" | "person";
  "filter": Record<string, string | Array<string>>;
  "rows": Array<ReportRow>;
  "others": OtherRows | null;
  "totals": Totals;
};

export type ExpenseRestoredEvent = {
  "type": "expense.restored";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseSentBackEvent = {
  "type": "expense.sent_back";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseTaxLine = {
  "rate": string | null;
  "base": string | null;
  "tax": string;
  "vatCategory": string | null;
};

export type ExpenseUnapprovedEvent = {
  "type": "expense.unapproved";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseUpdatedEvent = {
  "type": "expense.updated";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpenseVoidedEvent = {
  "type": "expense.voided";
  "timestamp": string;
  "data": ChangedData | ThinData;
};

export type ExpensesAsSeen = {
  "ids": Array<string>;
  "versions"?: Array<number> | null;
};

export type Explanation = {
  "reason": string | null;
};

export type Export = {
  "id": string;
  "runId": string;
  "format": string;
  "profile": ProfileName | null;
  "filter": ExportFilter;
  "onlyNew": boolean;
  "asClosed": boolean;
  "status": string;
  "state": string;
  "message": string;
  "progress": Progress;
  "count": number;
  "corrections": number;
  "afterClosing": number;
  "totals": Array<Total>;
  "firstDay": string | null;
  "lastDay": string | null;
  "files": Array<ExportFile>;
  "fileName": string;
  "fileUrl": string | null;
  "size": number | null;
  "sha256": string | null;
  "createdAt": string;
  "finishedAt": string | null;
};

export type ExportFile = {
  "number": number;
  "fileName": string;
  "url": string;
  "size": number;
  "sha256": string;
  "count": number;
  "remarks": Array<string>;
  "month": string | null;
};

export type ExportFilter = {
  "from"?: string | null;
  "to"?: string | null;
  "currency"?: string | Array<string> | null;
  "category"?: string | Array<string> | null;
  "q"?: string | null;
  "min"?: string | null;
  "max"?: string | null;
  "tag"?: string | Array<string> | null;
  "person"?: string | Array<string> | null;
  "client"?: string | Array<string> | null;
  "project"?: string | Array<string> | null;
  "status"?: string | Array<string> | null;
  "missing"?: string | Array<string> | null;
  "is"?: string | Array<string> | null;
  "id"?: string | Array<string> | null;
};

export type ExportItem = {
  "expenseId": string;
  "version": number;
  "merchant": string;
  "date": string;
  "total": string;
  "currency": string;
  "corrects": string | null;
  "afterClosing": string | null;
};

export type ExportLink = {
  "id": string;
  "exportId": string;
  "status": "active" | "expired" | "revoked";
  "createdBy": string;
  "createdAt": string;
  "expiresAt": string;
};

export type ExportLinkRequest = {
  "expiresInHours"?: number;
};

export type ExportRequest = {
  "format": FormatName;
  "filter"?: ExportFilter;
  "profile"?: string | null;
  "onlyNew"?: boolean;
};

export type ExportWarning = {
  "code": "in_review" | "after_closing" | "no_account" | "no_tax_code" | "tax_open" | "no_rate";
  "message": string;
  "count": number;
  "expenses": Array<string>;
  "names": Array<string>;
  "categories": Array<string | null>;
  "currencies": Array<string>;
};

export type FailureClass = "read_failed" | "write_failed" | "external_refused" | "external_unknown" | "message_unknown" | "irreversible_unknown" | "rollback_failed" | "access_denied" | "systems_disagree";

export type FailurePath = {
  "state": string;
  "then": string;
  "escalate": boolean;
};

export type FilePayment = {
  "payoutId": string;
  "name": string;
  "iban": string;
  "amount": number;
  "reference": string;
  "status": PaymentStatus;
  "bankStatus": string | null;
  "reason": string | null;
};

export type Finding = {
  "flaw": Flaw;
  "place": Place;
  "says": string;
  "seal"?: number | null;
  "event"?: number | null;
  "stream"?: string | null;
};

export type Flaw = "edited" | "deleted" | "gap" | "inserted" | "reordered" | "unreadable" | "seal_missing" | "seal_altered" | "unknown_key" | "bad_signature" | "chain_broken" | "copy_missing" | "copy_differs" | "head_differs" | "not_sealing" | "sealing_late" | "archive_missing" | "archive_differs" | "archive_unproven";

export type FlawedFile = {
  "held": string;
  "objectKey": string;
  "wrong": Wrong;
  "says": string;
  "foundAt": string;
};

export type ForgetRequest = {
  "merchant": string;
  "spelling"?: string | null;
  "taxId"?: string | null;
  "iban"?: string | null;
  "contact"?: string | null;
};

export type Forgotten = {
  "forgotten": number;
};

export type Format = "camt.052" | "camt.053" | "camt.054" | "mt940" | "ofx" | "csv" | "bai2" | "coda" | "cfonb" | "norma43" | "qif" | "enable-banking";

export type FormatName = "csv" | "xlsx" | "jsonl" | "quickbooks" | "hledger" | "beancount" | "datev" | "xero-bills" | "xero-statement" | "zip" | "package" | "pdf";

export type FoundDocument = {
  "documentKind": "expense" | "claim" | "payout" | "fee" | "own_account" | "entry";
  "documentId": string;
  "title": string;
  "day": string | null;
  "open": number;
  "currency": string;
  "saysCash"?: boolean;
  "whyNot"?: string | null;
};

export type GitHub = {
  "name": "github";
};

export type HTTPValidationError = {
  "detail"?: Array<ValidationError>;
};

export type Health = {
  "status": "ok" | "failing" | "checking";
  "parts"?: Parts | null;
  "jobs"?: "ok" | "overdue" | null;
  "secrets"?: "ok" | "unreadable" | null;
  "checkedAt"?: string | null;
};

export type HeldAt = "approval" | "claim";

export type HeldPayment = {
  "payoutId": string;
  "name": string;
  "iban": string;
  "amount": number;
  "reference": string;
};

export type Home = {
  "runs": RunsWaiting;
  "hasExpenses": boolean;
  "months": Array<Compared>;
  "missing": Array<MissingRow>;
  "owed": Array<Owed>;
  "claims": Array<Outstanding> | null;
  "tooLarge": Array<"months" | "claims">;
};

export type ImportUndoing = {
  "reason": string;
};

export type InLine = {
  "place": number;
  "since": string;
  "limit": number | null;
  "key": string | null;
  "rate"?: RateLimit | null;
};

export type InboundEventDetail = {
  "id": string;
  "sourceId": string;
  "eventId": string;
  "type": string | null;
  "receivedAt": string;
  "state": string;
  "attempts": number;
  "nextAttemptAt": string | null;
  "runId": string | null;
  "why": string | null;
  "settledAt": string | null;
  "conflicts": number;
  "body": unknown;
};

export type InboundEventSummary = {
  "id": string;
  "sourceId": string;
  "eventId": string;
  "type": string | null;
  "receivedAt": string;
  "state": string;
  "attempts": number;
  "nextAttemptAt": string | null;
  "runId": string | null;
  "why": string | null;
  "settledAt": string | null;
  "conflicts": number;
};

export type InboundSecret = {
  "id": string;
  "createdAt": string;
  "endsAt": string | null;
};

export type InboundSource = {
  "id": string;
  "name": string;
  "path": string;
  "scheme": StandardWebhooks | Stripe | GitHub | PlainHmac;
  "mapping": EventMapping;
  "createdAt": string;
  "changedAt": string;
  "secrets": Array<InboundSecret>;
  "people": Array<BehindSource>;
  "needs": Array<string>;
  "stopped": StoppedSource | null;
  "refused": RefusedEvents;
  "waiting": number;
  "unmapped": number;
};

export type Inbox = {
  "newest": Page_RunSummary_;
  "review": Page_RunSummary_;
  "failed": Page_RunSummary_;
  "notices": Unread;
};

export type IntakeRequest = {
  "requiresAuthentication": boolean;
  "senders": Array<AllowedSender>;
};

export type InvitationRequest = {
  "name": string;
  "roles"?: Array<Role> | null;
  "mail"?: string | null;
};

export type InvoiceParams = {
  "seller"?: InvoiceParty | null;
  "buyer"?: InvoiceParty | null;
  "vatCategory": "S" | "E" | "AE" | "O";
  "vatRate"?: string | null;
  "vatReason"?: string | null;
  "reference"?: string | null;
  "iban"?: string | null;
};

export type InvoiceParty = {
  "name": string;
  "country": string;
  "street"?: string | null;
  "city"?: string | null;
  "postalCode"?: string | null;
  "vatId"?: string | null;
  "registrationId"?: string | null;
};

export type Item = {
  "description": string;
  "quantity"?: string | null;
  "unitPrice"?: string | null;
  "amount": string;
};

export type Items_ActionWords_ = {
  "items": Array<ActionWords>;
};

export type Items_ApprovalOutcome_ = {
  "items": Array<ApprovalOutcome>;
};

export type Items_ApprovalPolicy_ = {
  "items": Array<ApprovalPolicy>;
};

export type Items_BankAccount_ = {
  "items": Array<BankAccount>;
};

export type Items_BankChoice_ = {
  "items": Array<BankChoice>;
};

export type Items_BankSource_ = {
  "items": Array<BankSource>;
};

export type Items_BooksConnection_ = {
  "items": Array<BooksConnection>;
};

export type Items_BooksItem_ = {
  "items": Array<BooksItem>;
};

export type Items_Break_ = {
  "items": Array<Break>;
};

export type Items_CategoryRule_ = {
  "items": Array<CategoryRule>;
};

export type Items_ChainRule_ = {
  "items": Array<ChainRule>;
};

export type Items_ClaimLink_ = {
  "items": Array<ClaimLink>;
};

export type Items_Claimable_ = {
  "items": Array<Claimable>;
};

export type Items_ClientChoice_ = {
  "items": Array<ClientChoice>;
};

export type Items_DataExportStatus_ = {
  "items": Array<DataExportStatus>;
};

export type Items_Endpoint_ = {
  "items": Array<Endpoint>;
};

export type Items_Erasure_ = {
  "items": Array<Erasure>;
};

export type Items_EventType_ = {
  "items": Array<EventType>;
};

export type Items_ExpenseDocument_ = {
  "items": Array<ExpenseDocument>;
};

export type Items_ExportLink_ = {
  "items": Array<ExportLink>;
};

export type Items_FoundDocument_ = {
  "items": Array<FoundDocument>;
};

export type Items_JobStanding_ = {
  "items": Array<JobStanding>;
};

export type Items_Kind_ = {
  "items": Array<Kind>;
};

export type Items_LastTick_ = {
  "items": Array<LastTick>;
};

export type Items_MeasuredDocument_ = {
  "items": Array<MeasuredDocument>;
};

export type Items_Merchant_ = {
  "items": Array<Merchant>;
};

export type Items_MonthOverview_ = {
  "items": Array<MonthOverview>;
};

export type Items_Owed_ = {
  "items": Array<Owed>;
};

export type Items_Owing_ = {
  "items": Array<Owing>;
};

export type Items_Passkey_ = {
  "items": Array<Passkey>;
};

export type Items_PayoutLimit_ = {
  "items": Array<PayoutLimit>;
};

export type Items_Profile_ = {
  "items": Array<Profile>;
};

export type Items_Proposal_ = {
  "items": Array<Proposal>;
};

export type Items_QuotaUse_ = {
  "items": Array<QuotaUse>;
};

export type Items_Schedule_ = {
  "items": Array<Schedule>;
};

export type Items_SearchToken_ = {
  "items": Array<SearchToken>;
};

export type Items_Substitute_ = {
  "items": Array<Substitute>;
};

export type Items_Thing_ = {
  "items": Array<Thing>;
};

export type Items_View_ = {
  "items": Array<View>;
};

export type Items_WaitingFor_ = {
  "items": Array<WaitingFor>;
};

export type JobStanding = {
  "name": string;
  "periodSeconds": number;
  "dueAt": string;
  "isOverdue": boolean;
  "beganAt": string | null;
  "endedAt": string | null;
  "outcome": "done" | "more" | "failed" | null;
  "statements": number;
  "error": string | null;
  "behindSince": string | null;
  "setAside": number;
};

export type JoinRequest = {
  "receiptIds": Array<string>;
};

export type JoinedReceipt = {
  "runId": string;
  "receiptId": string;
  "status": string;
};

export type JsonValue = unknown;

export type KeyParameter = {
  "type"?: "public-key";
  "alg": number;
};

export type Kind = {
  "kind": string;
  "version": number;
  "allowed": KindPermissions;
  "trigger": KindTrigger | null;
  "schedule": Scheduled | null;
  "begunBy": string | null;
  "ownSignals": Array<string>;
  "queries"?: Array<KindQuery>;
  "contract": KindContract;
};

export type KindContract = {
  "initial": string;
  "states": Array<ContractState>;
  "steps": Array<ContractStep>;
  "timers": Array<string>;
  "signals": Array<Message>;
  "topics": Array<Message>;
  "result": string | null;
  "concurrency": ConcurrencyLimit | null;
  "attributes"?: Array<string>;
  "rate"?: KindRate | null;
  "priority"?: string | null;
};

export type KindPermissions = {
  "trigger": string | null;
  "decide": string;
  "operate": string;
  "signals": Record<string, string>;
};

export type KindQuery = {
  "name": string;
  "result": Record<string, unknown> | null;
};

export type KindRate = {
  "limit": number;
  "perSeconds": number;
  "key": string | null;
};

export type KindTrigger = {
  "who": Array<Role>;
  "may": boolean;
  "params": Record<string, unknown>;
};

export type Known = "eventId" | "eventType" | "receivedAt";

export type Lacking = {
  "state": "new" | "written" | "credited" | "left_out" | "set_aside" | "waiting" | "conflict";
  "code": string | null;
  "says": string;
  "items": number;
  "examples": Array<BooksItem>;
};

export type Language = "en" | "de";

export type LanguageRequest = {
  "language": "en" | "de";
};

export type LastTick = {
  "tick": string;
  "outcome": string;
  "until": string | null;
  "reason": string | null;
  "runId": string | null;
  "runStatus": string | null;
};

export type Late = {
  "expenseId": string;
  "how": string;
  "merchant": string;
  "date": string;
  "total": string;
  "currency": string;
  "status": string;
};

export type Learned = {
  "category": string;
  "times": number;
  "of": number;
};

export type LedgerAccount = {
  "id": string;
  "name": string;
  "currency": string;
  "normalSide": Side;
  "leastAvailable": number | null;
};

export type LedgerAccountRequest = {
  "id": string;
  "name": string;
  "currency": string;
  "normalSide": Side;
  "leastAvailable"?: number | null;
};

export type LedgerEntry = {
  "seq": number;
  "at": string;
  "transfer": string;
  "transaction": string;
  "kind": string;
  "otherAccount": string;
  "side": Side;
  "amount": number;
  "pending": number;
  "balance": number;
  "reference": string | null;
};

export type LedgerTransaction = {
  "id": string;
  "answer": "applied" | "duplicate";
  "at": string;
  "transfers": Array<LedgerTransfer>;
};

export type LedgerTransfer = {
  "id": string;
  "transaction": string;
  "kind": "transfer" | "pending" | "post" | "void" | "expire" | "reversal";
  "outcome": string;
  "reason": string | null;
  "debit": string | null;
  "credit": string | null;
  "currency": string | null;
  "posted": number | null;
  "pending": number | null;
  "pendingTransfer": string | null;
  "reverses": string | null;
  "expiresAt": string | null;
  "rate": string | null;
  "rateSource": string | null;
  "reference": string | null;
  "actor": string;
  "at": string;
};

export type LeftOutExpense = {
  "expenseId": string;
  "merchant": string;
  "date": string;
  "reason": string;
};

export type LeftOutRun = {
  "runId": string;
  "reason": string;
};

export type LegRequest = {
  "debit": string;
  "credit": string;
  "currency": string;
};

export type LimitRequest = {
  "above": number;
};

export type LinkedReceipt = {
  "runId": string;
  "receiptId": string;
  "status": string;
};

export type LinkedRequest = {
  "kind": "linked";
  "id": string;
  "transfers": Array<TransferRequest | PendingRequest | PostRequest | VoidRequest | ReversalRequest>;
};

export type ListedEvents = {
  "items": Array<WebhookEvent>;
  "nextCursor": string | null;
  "lastCursor": string | null;
};

export type ListedExpense = {
  "id": string;
  "runId": string;
  "receiptId": string;
  "status": string;
  "version": number;
  "origin": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "category": string | null;
  "proposedCategory": ProposedCategory | null;
  "tags": Array<string>;
  "parts": Array<PartShape>;
  "note": string | null;
  "projectId": string | null;
  "project": string | null;
  "clientId": string | null;
  "client": string | null;
  "paymentMethod": string | null;
  "paidBy": string;
  "billable": boolean;
  "person": PersonName | null;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
  "base": Base | null;
  "baseMissing": BaseMissing | null;
  "createdAt": string;
  "updatedAt": string | null;
  "stage": "in_review" | "ready" | "approved" | "exported" | "claimed" | "paid" | "voided";
  "mediaType": string | null;
};

export type Logo = {
  "mediaType": string;
  "width": number;
  "height": number;
  "size": number;
  "sha256": string;
  "url": string;
};

export type LostArchive = {
  "objectKey": string;
  "wrong": Wrong;
  "says": string;
};

export type MailAddress = {
  "address": string | null;
  "pending": string | null;
  "confirmedAt": string | null;
  "stopped": string | null;
  "isOffered": boolean;
};

export type MailAddressRequest = {
  "address": string;
};

export type MailPreview = {
  "to": string;
  "subject": string;
  "paragraphs": Array<string>;
};

export type MappedWord = {
  "what": Word;
  "word": string;
  "code": string;
};

export type MappingRequest = {
  "words": Array<MappedWord>;
};

export type MatchDecision = {
  "decision": "accept" | "decline";
  "said"?: string | null;
};

export type MatchRequest = {
  "pairs": Array<PairRequest>;
};

export type MatchedEntry = {
  "id": string;
  "bankAccountId": string;
  "statementId": string;
  "status": "booked" | "pending" | "replaced";
  "day": string;
  "valueDay": string | null;
  "amount": number;
  "currency": string;
  "counterparty": string | null;
  "counterpartyShown": string | null;
  "words": string;
  "bankReference": string | null;
  "endToEndId": string | null;
  "creditorReference": string | null;
  "transactionCode": string | null;
  "charges": number;
  "foreignAmount": number | null;
  "foreignCurrency": string | null;
  "rate": string | null;
  "isReversal": boolean;
  "explained": number;
  "reason": string | null;
  "reasonBy": string | null;
  "owedBy": string | null;
  "askedAt": string | null;
  "doubt": "voided" | "changed" | null;
  "paymentCount": number;
  "matches": Array<BankMatch>;
};

export type MatchedPair = {
  "entryId": string;
  "payment": number;
  "documentKind": "expense" | "claim" | "payout" | "fee" | "own_account" | "entry";
  "documentId": string;
  "amount": number;
  "currency": string;
  "settles": number;
  "title": string | null;
};

export type MealsGiven = {
  "date": string;
  "meals": Array<"breakfast" | "lunch" | "dinner">;
};

export type MeasureRequest = {
  "model": string;
};

export type MeasuredDocument = {
  "runId": string;
  "expenseId": string;
  "merchant": string;
  "date": string;
};

export type Measurement = {
  "model": string;
  "verdicts": Record<string, Verdict>;
  "isAnswered"?: boolean;
  "isOverBudget"?: boolean;
  "costMicroUsd"?: number | null;
};

export type Merchant = {
  "name": string;
  "expenses": number;
  "since": string;
  "until": string;
  "learned": Learned | null;
};

export type MergeInto = {
  "into": string;
};

export type MergeRequest = {
  "into": string;
};

export type Merged = {
  "keep": string;
  "drop": string;
};

export type MergedData = {
  "expenseId": string;
  "receiptId": string;
  "runId": string;
  "merchant": string;
  "registeredName": string | null;
  "date": string;
  "total": string;
  "tax": string | null;
  "currency": string;
  "documentKind": string | null;
  "receiptNumber": string | null;
  "dueDate": string | null;
  "amountDue": string | null;
  "buyer": string | null;
  "changeId": string;
  "version": number;
  "changed": Array<string>;
  "status": string;
  "category": string | null;
  "note": string | null;
  "tags": Array<string>;
  "projectId": string | null;
  "project": string | null;
  "clientId": string | null;
  "client": string | null;
  "paymentMethod": string | null;
  "paidBy": string;
  "billable": boolean;
  "parts": Array<PartShape>;
  "mergedInto": string;
};

export type Message = {
  "name": string;
  "payload": Record<string, unknown>;
};

export type MileageRate = {
  "country": string;
  "vehicle": string;
  "first": string;
  "last": string;
  "unit": string;
  "currency": string;
  "rate": string;
  "limit": string | null;
  "beyond": string | null;
  "source": string;
};

export type MileageRequest = {
  "date": string;
  "km"?: string | null;
  "miles"?: string | null;
  "kmBefore"?: string | null;
  "milesBefore"?: string | null;
  "vehicle"?: "car" | "motorcycle" | "bicycle";
  "country": string;
  "key"?: string | null;
  "from": string;
  "to": string;
  "purpose": string;
  "category"?: string | null;
};

export type Misfit = {
  "says": string;
  "section"?: number | null;
  "line"?: number | null;
  "entry"?: number | null;
  "field"?: string | null;
};

export type MissingReport = {
  "filter": Record<string, string | Array<string>>;
  "rows": Array<MissingRow>;
  "runs": RunsWaiting;
};

export type MissingRow = {
  "missing": string;
  "means": string;
  "count": number;
  "filter": Record<string, string | Array<string>>;
};

export type Month = {
  "month": string;
  "entries": number;
  "documented": number;
  "explained": number;
  "owed": number;
  "open": number;
  "uncovered": Array<UncoveredDays>;
  "withoutMoney": number;
  "isComplete": boolean;
};

export type MonthLine = {
  "entryId": string;
  "bankAccountId": string;
  "bankAccount": string;
  "day": string;
  "amount": number;
  "currency": string;
  "counterparty": string | null;
  "words": string;
  "standing": "documented" | "explained" | "owed" | "open";
  "says": string | null;
};

export type MonthOverview = {
  "month": string;
  "entries": number;
  "owed": number;
  "open": number;
  "uncovered": Array<UncoveredAccount>;
  "isComplete": boolean;
};

export type NamesChange = {
  "merchant": string;
  "registeredName"?: string | null;
};

export type NewAddressRequest = {
  "graceHours"?: number;
};

export type NewCategory = {
  "name": string;
  "ledgerCode"?: string | null;
  "taxCode"?: string | null;
  "accountIsAutomatic"?: boolean;
};

export type NewChain = {
  "name": string;
  "steps": Array<string>;
  "category"?: string | null;
  "person"?: string | null;
  "from"?: string | null;
};

export type NewClaimLink = {
  "id": string;
  "claimId": string;
  "status": "active" | "expired" | "revoked";
  "createdBy": string;
  "createdAt": string;
  "expiresAt": string;
  "url": string | null;
};

export type NewEndpoint = {
  "id": string;
  "origin": "account" | "deployment";
  "url": string;
  "topics": Array<string>;
  "description": string;
  "status": "enabled" | "disabled";
  "disabledAt": string | null;
  "disabledWhy": string | null;
  "failingSince": string | null;
  "lastDeliveredAt": string | null;
  "createdAt": string;
  "signingKeys": number;
  "secret": string | null;
};

export type NewEndpointSecret = {
  "secret": string | null;
  "previousUntil": string;
};

export type NewExportLink = {
  "id": string;
  "exportId": string;
  "status": "active" | "expired" | "revoked";
  "createdBy": string;
  "createdAt": string;
  "expiresAt": string;
  "url": string | null;
};

export type NewName = {
  "name": string;
};

export type NewPolicy = {
  "name": string;
  "effect": Effect;
  "category"?: string | null;
  "person"?: string | null;
  "currency"?: string | null;
  "above"?: string | null;
  "heldAt"?: HeldAt;
  "withoutReceipt"?: boolean;
  "unlessApprovedBy"?: string | null;
};

export type NewSubstitute = {
  "substitute": string;
  "from": string;
  "to": string;
  "person"?: string | null;
};

export type NewToken = {
  "id": string;
  "token": string | null;
  "expiresAt": string | null;
};

export type NewView = {
  "name": string;
  "filter": Record<string, string | Array<string>>;
  "sort"?: string;
  "isShared"?: boolean;
};

export type Next = {
  "act": "approve" | "attach_receipt" | "give_a_rate" | "leave_out" | "change_policy";
  "says": string;
};

export type Notice = {
  "id": string;
  "topic": string;
  "runId": string | null;
  "subject": string;
  "message": string;
  "about": string;
  "path": string;
  "createdAt": string;
  "readAt": string | null;
  "needsYou": boolean;
};

export type NoticeChoice = {
  "topic": string;
  "title": string;
  "inApp": boolean;
  "byMail": boolean;
  "isOwn": boolean;
  "mayMail": boolean;
};

export type NoticeChoices = {
  "items": Array<NoticeChoice>;
  "mail": MailAddress;
  "language": string | null;
};

export type Notices = {
  "items": Array<Notice>;
  "unread": number;
  "needsYou": number;
  "nextCursor": string | null;
};

export type OfferedAccount = {
  "id": string;
  "number": string | null;
  "currency": string | null;
  "name": string | null;
};

export type OpenPoint = {
  "reason": OpenReason;
  "says": string;
  "expenses": number;
};

export type OpenReason = "no_exchange_rate" | "no_tax_lines" | "no_tax_rate" | "no_net" | "sum_differs" | "seller_abroad" | "reverse_charge" | "eu_supply" | "export_supply" | "outside_of_vat" | "other_tax" | "other_rate" | "tax_charged";

export type OperationRequest = {
  "reason": string;
};

export type OperationResult = {
  "runId": string;
  "status": string;
};

export type OrderRequest = {
  "ids": Array<string>;
};

export type OtherRows = {
  "count": number;
  "totals": Totals;
};

export type OutcomeSum = {
  "currency": string;
  "outcome": string;
  "count": number;
  "amount": number;
};

export type OutsideStatus = "started" | "running" | "waiting" | "paused" | "completed" | "rejected" | "failed" | "cancelled";

export type Outstanding = {
  "currency": string;
  "claims": number;
  "open": number;
  "overdueClaims": number;
  "overdue": number;
};

export type Owed = {
  "person": OwedPerson;
  "sums": Array<OwedSum>;
  "base": OwedBase | null;
  "expenses": number;
  "oldest": string | null;
  "accounts": Array<OwedAccount>;
};

export type OwedAccount = {
  "payeeId": string;
  "name": string;
  "paidBy": "file" | "provider";
  "iban": string | null;
};

export type OwedBase = {
  "currency": string;
  "owed": number;
  "withoutRate": number;
};

export type OwedBaseAmount = {
  "currency": string;
  "owed": number;
  "rate": string;
  "rateDay": string;
  "source": string;
};

export type OwedExpense = {
  "id": string;
  "person": OwedPerson | null;
  "merchant": string;
  "date": string;
  "origin": string;
  "currency": string;
  "total": number;
  "owed": number;
  "onItsWay": number;
  "paid": number;
  "notReimbursable": number;
  "standing": Standing;
  "base": OwedBaseAmount | null;
  "paidOn": string | null;
  "claimId": string | null;
  "payouts": Array<PaidBackBy>;
};

export type OwedPayment = {
  "payoutId": string | null;
  "batchId": string | null;
};

export type OwedPaymentRequest = {
  "expenses": Array<string>;
  "way": "file" | "provider" | "hand";
  "currency"?: string | null;
  "paidOn"?: string | null;
  "reference"?: string;
  "expects"?: Record<string, number> | null;
};

export type OwedPerson = {
  "id": string;
  "name": string | null;
};

export type OwedPlan = {
  "payouts": Array<PlannedPayout>;
  "second": boolean;
  "alike": Array<AlikePayout>;
};

export type OwedSum = {
  "currency": string;
  "owed": number;
  "onItsWay": number;
};

export type Owing = {
  "clientId": string | null;
  "name": string | null;
  "currency": string;
  "count": number;
  "total": string;
};

export type Page_ActSummary_ = {
  "items": Array<ActSummary>;
  "nextCursor": string | null;
};

export type Page_AiTotal_ = {
  "items": Array<AiTotal>;
  "nextCursor": string | null;
};

export type Page_Alert_ = {
  "items": Array<Alert>;
  "nextCursor": string | null;
};

export type Page_AuditEvent_ = {
  "items": Array<AuditEvent>;
  "nextCursor": string | null;
};

export type Page_BankFetch_ = {
  "items": Array<BankFetch>;
  "nextCursor": string | null;
};

export type Page_BankMatch_ = {
  "items": Array<BankMatch>;
  "nextCursor": string | null;
};

export type Page_BankStatement_ = {
  "items": Array<BankStatement>;
  "nextCursor": string | null;
};

export type Page_BooksConflict_ = {
  "items": Array<BooksConflict>;
  "nextCursor": string | null;
};

export type Page_BooksItem_ = {
  "items": Array<BooksItem>;
  "nextCursor": string | null;
};

export type Page_BooksSync_ = {
  "items": Array<BooksSync>;
  "nextCursor": string | null;
};

export type Page_BulkOperation_ = {
  "items": Array<BulkOperation>;
  "nextCursor": string | null;
};

export type Page_ClaimSummary_ = {
  "items": Array<ClaimSummary>;
  "nextCursor": string | null;
};

export type Page_ClientRecord_ = {
  "items": Array<ClientRecord>;
  "nextCursor": string | null;
};

export type Page_ClosedPeriod_ = {
  "items": Array<ClosedPeriod>;
  "nextCursor": string | null;
};

export type Page_Delivery_ = {
  "items": Array<Delivery>;
  "nextCursor": string | null;
};

export type Page_DryRunItem_ = {
  "items": Array<DryRunItem>;
  "nextCursor": string | null;
};

export type Page_Entry_ = {
  "items": Array<Entry>;
  "nextCursor": string | null;
};

export type Page_ExpenseChange_ = {
  "items": Array<ExpenseChange>;
  "nextCursor": string | null;
};

export type Page_ExportItem_ = {
  "items": Array<ExportItem>;
  "nextCursor": string | null;
};

export type Page_Export_ = {
  "items": Array<Export>;
  "nextCursor": string | null;
};

export type Page_InboundEventSummary_ = {
  "items": Array<InboundEventSummary>;
  "nextCursor": string | null;
};

export type Page_Late_ = {
  "items": Array<Late>;
  "nextCursor": string | null;
};

export type Page_LedgerAccount_ = {
  "items": Array<LedgerAccount>;
  "nextCursor": string | null;
};

export type Page_LedgerTransfer_ = {
  "items": Array<LedgerTransfer>;
  "nextCursor": string | null;
};

export type Page_LeftOutExpense_ = {
  "items": Array<LeftOutExpense>;
  "nextCursor": string | null;
};

export type Page_LeftOutRun_ = {
  "items": Array<LeftOutRun>;
  "nextCursor": string | null;
};

export type Page_MatchedEntry_ = {
  "items": Array<MatchedEntry>;
  "nextCursor": string | null;
};

export type Page_MonthLine_ = {
  "items": Array<MonthLine>;
  "nextCursor": string | null;
};

export type Page_OwedExpense_ = {
  "items": Array<OwedExpense>;
  "nextCursor": string | null;
};

export type Page_Pair_ = {
  "items": Array<Pair>;
  "nextCursor": string | null;
};

export type Page_Payee_ = {
  "items": Array<Payee>;
  "nextCursor": string | null;
};

export type Page_PayoutBatch_ = {
  "items": Array<PayoutBatch>;
  "nextCursor": string | null;
};

export type Page_PayoutChange_ = {
  "items": Array<PayoutChange>;
  "nextCursor": string | null;
};

export type Page_Payout_ = {
  "items": Array<Payout>;
  "nextCursor": string | null;
};

export type Page_Project_ = {
  "items": Array<Project>;
  "nextCursor": string | null;
};

export type Page_ReceivedMail_ = {
  "items": Array<ReceivedMail>;
  "nextCursor": string | null;
};

export type Page_RecordedCall_ = {
  "items": Array<RecordedCall>;
  "nextCursor": string | null;
};

export type Page_RefusedSignIns_ = {
  "items": Array<RefusedSignIns>;
  "nextCursor": string | null;
};

export type Page_RunSummary_ = {
  "items": Array<RunSummary>;
  "nextCursor": string | null;
};

export type Page_SyncOutcome_ = {
  "items": Array<SyncOutcome>;
  "nextCursor": string | null;
};

export type Page_TaxExpense_ = {
  "items": Array<TaxExpense>;
  "nextCursor": string | null;
};

export type Page_Token_ = {
  "items": Array<Token>;
  "nextCursor": string | null;
};

export type PaidBackBy = {
  "payoutId": string;
  "amount": number;
  "currency": string;
  "state": string;
  "paidBy": string | null;
  "paidOn": string | null;
  "releasedAt": string | null;
  "reason": string | null;
};

export type Pair = {
  "likeness": "same" | "number" | "near";
  "first": ListedExpense;
  "second": ListedExpense;
};

export type PairRequest = {
  "entryId": string;
  "payment"?: number;
  "documentKind": "expense" | "claim" | "payout" | "fee" | "own_account" | "entry";
  "documentId": string;
  "amount"?: number | null;
};

export type PartShape = {
  "category": string | null;
  "amount": string;
  "tax": string | null;
  "note": string | null;
};

export type Parts = {
  "database": "ok" | "failing";
  "objects": "ok" | "failing";
  "queue": "ok" | "failing";
};

export type Passkey = {
  "id": string;
  "name": string;
  "host": string;
  "synced": boolean;
  "createdAt": string;
  "lastUsedAt": string | null;
};

export type PasskeyNameRequest = {
  "name": string;
};

export type Payee = {
  "id": string;
  "name": string;
  "paidBy": "provider" | "file" | "hand";
  "recipient": string | null;
  "method": string | null;
  "iban": string | null;
  "bic": string | null;
  "person": string | null;
  "createdAt": string;
  "archivedAt": string | null;
};

export type PayeeLink = {
  "person": string | null;
};

export type PayeeRequest = {
  "name": string;
  "recipient"?: string | null;
  "method"?: string | null;
  "iban"?: string | null;
  "bic"?: string | null;
  "person"?: string | null;
};

export type PayerRequest = {
  "paidBy": "company" | "employee";
};

export type Payment = {
  "number": number;
  "amount": number;
  "counterparty"?: string | null;
  "counterpartyShown"?: string | null;
  "words"?: string;
  "endToEndId"?: string | null;
  "creditorReference"?: string | null;
  "charges"?: number;
  "foreignAmount"?: number | null;
  "foreignCurrency"?: string | null;
  "rate"?: string | null;
};

export type PaymentFile = {
  "id": string;
  "messageId": string;
  "executionDay": string;
  "payments": number;
  "amount": number;
  "open": number;
  "posted": number;
  "madeBy": string;
  "createdAt": string;
  "recoveredAt": string | null;
};

export type PaymentFileDetail = {
  "id": string;
  "messageId": string;
  "executionDay": string;
  "payments": number;
  "amount": number;
  "open": number;
  "posted": number;
  "madeBy": string;
  "createdAt": string;
  "recoveredAt": string | null;
  "items": Array<FilePayment>;
};

export type PaymentFileRequest = {
  "executionDay"?: string | null;
  "alsoArchived"?: Array<string>;
};

export type PaymentFiles = {
  "items": Array<PaymentFile>;
  "nextCursor": string | null;
  "waiting": number;
  "held": Array<HeldPayment>;
};

export type PaymentOutcomeRequest = {
  "status": "posted" | "failed" | "returned";
  "payoutId"?: string | null;
  "reason"?: string | null;
};

export type PaymentReportRequest = {
  "report": string;
};

export type PaymentStatus = "processing" | "posted" | "failed" | "returned" | "canceled";

export type PaymentWays = {
  "file": CompanyAccount | null;
  "missing": Array<string>;
  "provider": boolean;
};

export type Payout = {
  "id": string;
  "payeeId": string;
  "payeeName": string;
  "currency": string;
  "amount": number;
  "reference": string;
  "askedBy": string;
  "state": string;
  "status": string;
  "paymentId": string | null;
  "paymentStatus": PaymentStatus | null;
  "paymentReason": string | null;
  "failureClass": string | null;
  "refusal": string | null;
  "settledAs": "paid" | "not_paid" | null;
  "settledBy": string | null;
  "settledAt": string | null;
  "waitsForFile": boolean;
  "payeeArchivedAt": string | null;
  "paidBy": "provider" | "file" | "hand";
  "paidOn": string | null;
  "amountLeft": number;
  "createdAt": string;
};

export type PayoutBatch = {
  "id": string;
  "name": string;
  "payments": number;
  "askedBy": string;
  "state": string;
  "status": string;
  "createdAt": string;
};

export type PayoutBatchDetail = {
  "id": string;
  "name": string;
  "payments": number;
  "askedBy": string;
  "state": string;
  "status": string;
  "createdAt": string;
  "sums": Array<OutcomeSum>;
  "alike": Array<AlikePayout>;
};

export type PayoutBatchRequest = {
  "name": string;
  "payouts"?: Array<PayoutRequest> | null;
  "csv"?: string | null;
};

export type PayoutChange = {
  "id": string;
  "what": "limit" | "ledger_account" | "ledger_transfer";
  "subject": string;
  "says": string;
  "askedBy": string;
  "createdAt": string;
  "takesEffectAt": string | null;
  "outcome": "confirmed" | "elapsed" | "rejected" | "replaced" | "refused" | null;
  "endedBy": string | null;
  "endedAt": string | null;
};

export type PayoutDetail = {
  "id": string;
  "payeeId": string;
  "payeeName": string;
  "currency": string;
  "amount": number;
  "reference": string;
  "askedBy": string;
  "state": string;
  "status": string;
  "paymentId": string | null;
  "paymentStatus": PaymentStatus | null;
  "paymentReason": string | null;
  "failureClass": string | null;
  "refusal": string | null;
  "settledAs": "paid" | "not_paid" | null;
  "settledBy": string | null;
  "settledAt": string | null;
  "waitsForFile": boolean;
  "payeeArchivedAt": string | null;
  "paidBy": "provider" | "file" | "hand";
  "paidOn": string | null;
  "amountLeft": number;
  "createdAt": string;
  "expenses": Array<CoveredExpense>;
  "outcomes": Array<ReportedOutcome>;
  "alike": Array<AlikePayout>;
};

export type PayoutLimit = {
  "currency": string;
  "above": number;
};

export type PayoutRequest = {
  "payeeId": string;
  "currency": string;
  "amount": number;
  "reference": string;
  "expenses"?: Array<string>;
  "paidOn"?: string | null;
};

export type PendingRequest = {
  "kind": "pending";
  "id": string;
  "debit": string;
  "credit": string;
  "currency": string;
  "amount": number;
  "timeoutSeconds"?: number | null;
  "reference"?: string | null;
};

export type PeopleList = {
  "items": Array<AccountPerson>;
  "offersMail": boolean;
};

export type PerDiemRate = {
  "country": string;
  "first": string;
  "last": string;
  "currency": string;
  "full": string;
  "part": string;
  "hours": number;
  "meals": Record<string, string>;
  "source": string;
};

export type PerDiemRequest = {
  "country": string;
  "left": string;
  "returned": string;
  "meals"?: Array<MealsGiven>;
  "overnight"?: boolean;
  "key"?: string | null;
  "purpose": string;
  "category"?: string | null;
};

export type PeriodRequest = {
  "from": string;
  "to": string;
};

export type Permission = "read" | "own" | "submit" | "edit" | "sort" | "review" | "trigger" | "operate" | "approve" | "export" | "audit" | "administer" | "people" | "ledger" | "book" | "pay" | "onboarding" | "deployment" | "personal" | "credentials" | "signed-in" | "open";

export type PersonLink = {
  "userId": string;
  "url": string | null;
  "mailedTo": string | null;
  "expiresAt": string;
};

export type PersonName = {
  "id": string;
  "name": string | null;
};

export type PersonRoles = {
  "userId": string;
  "roles": Array<Role>;
};

export type Piece = {
  "runId": string;
  "receiptId": string;
  "fileName": string | null;
  "imageUrl": string;
};

export type Pieces = {
  "beginsAt": Array<number>;
  "photos": Array<Piece>;
};

export type Place = "database" | "copy" | "export" | "archive";

export type PlainHmac = {
  "name": "hmac";
  "signatureHeader": string;
  "signatureKey"?: string | null;
  "algorithm"?: "sha256" | "sha512";
  "encoding"?: "hex" | "base64";
  "prefix"?: string;
  "content"?: string;
  "timestampHeader"?: string | null;
  "timestampKey"?: string | null;
  "idHeader"?: string | null;
  "idPointer"?: string | null;
  "handshake"?: "slack" | "zoom" | null;
};

export type PlannedExpense = {
  "expenseId": string;
  "merchant": string;
  "date": string;
  "amount": number;
  "ofAmount": number;
  "ofCurrency": string;
  "rate": string | null;
  "rateDay": string | null;
  "rateSource": string | null;
};

export type PlannedPayout = {
  "person": OwedPerson;
  "account": OwedAccount | null;
  "currency": string;
  "amount": number;
  "expenses": Array<PlannedExpense>;
};

export type PolicyViolation = {
  "policy": string;
  "name": string;
  "effect": string;
  "reason": string;
  "hinders": boolean;
};

export type PostRequest = {
  "kind": "post";
  "id": string;
  "pending": string;
  "amount"?: number | null;
  "reference"?: string | null;
};

export type PreviewRequest = {
  "rule"?: RuleRequest | null;
};

export type Previewed = {
  "expenseId": string;
  "ruleId": string;
  "merchant": string;
  "date": string;
  "category": string | null;
  "changes": RuleGives;
};

export type Problem = {
  "type": string;
  "title": string;
  "status": number;
  "detail": string;
  "requestId"?: string;
  "errors"?: Array<{
    "field": string;
    "message": string;
  }>;
  "permission"?: string;
  "current"?: Record<string, unknown>;
  "yours"?: Record<string, unknown>;
  "etag"?: string;
  "quota"?: string;
  "used"?: number;
  "limit"?: number;
  "resetsAt"?: unknown;
  "reason"?: unknown;
  "runStatus"?: string;
  "expenseStatus"?: string;
  "decision"?: unknown;
  "acts"?: Array<string>;
  "act"?: string;
  "id"?: string;
  "position"?: unknown;
  "at"?: string;
  "isNew"?: boolean;
  "heldBack"?: number;
  "violations"?: Array<Record<string, unknown>>;
  "unknown"?: Array<string>;
  "unmapped"?: Array<Record<string, unknown>>;
  "sync"?: string;
};

export type Profile = {
  "id": string;
  "name": string;
  "format": string;
  "options": ProfileOptions;
  "inUse": number;
  "createdAt": string;
  "updatedAt": string;
};

export type ProfileChange = {
  "name": string;
  "options": ProfileOptions;
};

export type ProfileName = {
  "id": string;
  "name": string;
};

export type ProfileOptions = {
  "columns"?: Array<string>;
  "rows"?: "part" | "expense" | null;
  "delimiter"?: "," | ";" | "\t";
  "decimalMark"?: "." | ",";
  "dateForm"?: DateForm | null;
  "codings"?: Record<string, Coding>;
  "other"?: Coding;
  "contraAccount"?: string | null;
  "datev"?: Datev | null;
};

export type ProfileRequest = {
  "name": string;
  "format": FormatName;
  "options"?: ProfileOptions;
};

export type Progress = {
  "done": number;
  "of": number;
};

export type ProgressFact = {
  "at": string | null;
  "subject": string;
  "subjectId": string | null;
  "name": string | null;
  "state": string | null;
  "says": string | null;
  "url": string | null;
};

export type ProgressStage = {
  "stage": "read" | "approved" | "exported" | "claimed" | "paid" | "in_books";
  "state": "reached" | "waits" | "not_due";
  "at": string | null;
  "facts": Array<ProgressFact>;
};

export type Project = {
  "id": string;
  "name": string;
  "clientId": string;
  "client": string;
  "source": string | null;
  "externalId": string | null;
  "amount": string | null;
  "currency": string | null;
  "openedAt": string;
  "closedAt": string | null;
};

export type ProjectChange = {
  "name"?: string | null;
  "archived"?: boolean | null;
};

export type ProjectChoice = {
  "id": string;
  "name": string;
};

export type ProjectRequest = {
  "name": string;
};

export type Proposal = {
  "merchant": string;
  "category": string;
  "times": number;
  "of": number;
  "waiting": number;
};

export type Proposed = {
  "merchant": string;
  "category": string;
};

export type ProposedCategory = {
  "category": string;
  "source": "history" | "merchant" | "items" | "print" | "model";
  "reason": string;
  "score": number;
};

export type ProposedTax = {
  "treatment": Treatment;
  "rate": string | null;
};

export type PushDevice = {
  "id": string;
  "name": string;
  "kinds": Array<"approval" | "attention" | "paid" | "ready">;
  "createdAt": string;
  "lastSentAt": string | null;
  "lastError": string | null;
};

export type PushDeviceChange = {
  "kinds"?: Array<"approval" | "attention" | "paid" | "ready"> | null;
  "subscription"?: BrowserSubscription | null;
};

export type PushDeviceRequest = {
  "endpoint": string;
  "keys": PushKeys;
  "name": string;
  "kinds": Array<"approval" | "attention" | "paid" | "ready">;
};

export type PushDevices = {
  "items": Array<PushDevice>;
  "publicKey": string | null;
};

export type PushKeys = {
  "p256dh": string;
  "auth": string;
};

export type QueryAnswer = {
  "runId": string;
  "name": string;
  "result": unknown;
};

export type Queued = {
  "expense": Expense;
  "mediaType": string | null;
  "approval": ApprovalOutcome;
  "waitsSince": string;
};

export type Quota = "uploads" | "storage" | "ai_calls";

export type QuotaUse = {
  "quota": Quota;
  "unit": "documents" | "bytes" | "calls";
  "used": number;
  "limit": number | null;
  "resetsAt": string | null;
};

export type RateLimit = {
  "limit": number;
  "perSeconds": number;
};

export type RateRequest = {
  "currency": string;
  "rate": string;
  "firstDay": string;
  "lastDay"?: string | null;
  "source": string;
};

export type ReadAgainResult = {
  "runId": string;
  "previousRunId": string;
};

export type ReadRequest = {
  "ids"?: Array<string> | null;
  "until"?: string | null;
};

export type Reasoned = {
  "reason"?: string | null;
};

export type Reassigned = {
  "ids": Array<string>;
  "to": string;
};

export type ReceiptErasureRequest = {
  "insist"?: boolean;
};

export type ReceiptPart = {
  "runId": string;
  "receiptId": string;
  "status": string;
};

export type ReceiptPayer = {
  "receiptId": string;
  "paidBy": "company" | "employee";
};

export type ReceiptsByMail = {
  "isOffered": boolean;
  "address": string | null;
  "createdAt": string | null;
  "earlier": Array<EarlierAddress>;
  "requiresAuthentication": boolean;
  "senders": Array<AllowedSender>;
  "refused": RefusedMail;
};

export type ReceivedAttachment = {
  "found": string;
  "name": string | null;
  "size": number;
  "outcome": string;
  "why": string | null;
  "receiptId": string | null;
  "runId": string | null;
};

export type ReceivedMail = {
  "id": string;
  "sender": string;
  "subject": string;
  "userId": string;
  "userName": string;
  "isAuthenticated": boolean;
  "size": number;
  "receivedAt": string;
  "state": string;
  "why": string | null;
  "attempts": number;
  "nextAttemptAt": string | null;
  "settledAt": string | null;
  "answerId": string | null;
  "deletedAt": string | null;
  "taken": number;
  "refused": number;
};

export type ReceivedMailDetail = {
  "id": string;
  "sender": string;
  "subject": string;
  "userId": string;
  "userName": string;
  "isAuthenticated": boolean;
  "size": number;
  "receivedAt": string;
  "state": string;
  "why": string | null;
  "attempts": number;
  "nextAttemptAt": string | null;
  "settledAt": string | null;
  "answerId": string | null;
  "deletedAt": string | null;
  "taken": number;
  "refused": number;
  "papers": Array<ReceivedAttachment>;
};

export type RecordedCall = {
  "id": string;
  "accountId": string;
  "runId": string;
  "step": string | null;
  "generation": number | null;
  "attempt": number | null;
  "model": string;
  "purpose": string;
  "state": string;
  "reason": string | null;
  "error": string | null;
  "inputSha256": string;
  "inputTokens": number | null;
  "outputTokens": number | null;
  "costMicroUsd": number | null;
  "reservedMicroUsd": number | null;
  "durationMs": number | null;
  "outputKey": string | null;
  "offeredAt": string;
  "approvedAt": string | null;
  "startedAt": string | null;
  "endedAt": string | null;
  "rolledBackAt": string | null;
};

export type Recovered = {
  "fileId": string | null;
  "payments": number;
  "strangers": Array<string>;
};

export type RecoveryRequest = {
  "fileId"?: string | null;
  "content"?: string | null;
  "handedOut"?: boolean;
  "reason": string;
};

export type Redelivered = {
  "redelivered": number;
  "more": boolean;
};

export type RedeliveryRequest = {
  "states"?: Array<"given_up" | "cancelled" | "delivered">;
  "endpointId"?: string | null;
  "topic"?: string | null;
  "since"?: string | null;
  "until"?: string | null;
};

export type RefundRequest = {
  "amount": string;
  "currency": string;
  "reason": string;
};

export type RefusedEvents = {
  "count": number;
  "at": string | null;
  "why": string | null;
};

export type RefusedExpenses = {
  "reason": string;
  "count": number;
};

export type RefusedMail = {
  "count": number;
  "at": string | null;
  "why": string | null;
};

export type RefusedSignIns = {
  "hour": string;
  "how": "code" | "passkey" | "token";
  "userId": string | null;
  "network": string;
  "refused": number;
  "firstAt": string;
  "lastAt": string;
};

export type RegistrationRequest = {
  "name": string;
  "clientDataJSON": string;
  "attestationObject": string;
  "transports"?: Array<string>;
};

export type Rejected = {
  "ids": Array<string>;
  "reason": string;
};

export type RelatedRun = {
  "runId": string;
  "kind": string;
  "state": string;
  "status": string;
};

export type RelyingPartyEntity = {
  "id": string;
  "name": string;
};

export type Reminded = {
  "wasSent": boolean;
};

export type Reminder = {
  "person": string;
};

export type RenameRequest = {
  "names": Array<string>;
  "to": string;
};

export type ReopenRequest = {
  "reason": string;
};

export type Replayed = {
  "replayed": number;
  "left": number;
};

export type ReportRow = {
  "key": string;
  "label": string;
  "filter": Record<string, string | Array<string>> | null;
  "totals": Totals;
  "yearBefore": Totals | null;
};

export type ReportedOutcome = {
  "source": "report" | "person" | "provider" | "match";
  "by": string;
  "status": PaymentStatus;
  "reason": string | null;
  "at": string;
  "takenBackAt": string | null;
};

export type RequestOptions = {
  "challenge": string;
  "rpId": string;
  "timeout": number;
  "allowCredentials": Array<CredentialDescriptor>;
  "userVerification"?: "required";
};

export type RequestedExport = {
  "id": string;
  "runId": string;
  "format": string;
  "profile": ProfileName | null;
  "filter": ExportFilter;
  "onlyNew": boolean;
  "asClosed": boolean;
  "status": string;
  "state": string;
  "message": string;
  "progress": Progress;
  "count": number;
  "corrections": number;
  "afterClosing": number;
  "totals": Array<Total>;
  "firstDay": string | null;
  "lastDay": string | null;
  "files": Array<ExportFile>;
  "fileName": string;
  "fileUrl": string | null;
  "size": number | null;
  "sha256": string | null;
  "createdAt": string;
  "finishedAt": string | null;
  "warnings": Array<ExportWarning>;
};

export type RestoreRequest = {
  "runs"?: Array<string>;
  "range"?: number | null;
};

export type Restored = {
  "runs": Array<string>;
  "events": number;
};

export type Retried = {
  "items": number;
};

export type RetryPolicy = {
  "limit": number;
  "delaySeconds": number;
  "backoff": string;
};

export type RetryRequest = {
  "reason": string;
  "values"?: Record<string, unknown>;
};

export type ReversalRequest = {
  "kind": "reversal";
  "id": string;
  "reverses": string;
  "reference"?: string | null;
};

export type ReviewData = {
  "runId": string;
  "kind": string;
  "subject": string;
  "state": string;
  "stateVersion": number;
  "link": string;
  "reviewId": string;
  "reason": string;
  "requestedAt": string;
  "deadline": string;
  "decision": string | null;
};

export type ReviewDecidedEvent = {
  "type": "review.decided";
  "timestamp": string;
  "data": ReviewData | ThinData;
};

export type ReviewOverdueEvent = {
  "type": "review.overdue";
  "timestamp": string;
  "data": ReviewData | ThinData;
};

export type ReviewRequestedEvent = {
  "type": "review.requested";
  "timestamp": string;
  "data": ReviewData | ThinData;
};

export type Role = "owner" | "approver" | "submitter" | "operator" | "auditor";

export type RolesRequest = {
  "roles": Array<Role>;
};

export type RotationRequest = {
  "overlapHours"?: number;
};

export type Round = {
  "before": string;
  "begun": number;
  "verified": number;
  "taken": number;
  "events": number;
  "runs": number;
  "isIdle": boolean;
};

export type RoundRequest = {
  "olderThanDays"?: number | null;
  "before"?: string | null;
};

export type RowName = {
  "treatment": Treatment;
  "rate": string | null;
};

export type Rule = {
  "when"?: Record<string, boolean | number | string | null>;
  "eventType"?: string | null;
  "start"?: Start | null;
  "signal"?: Send | null;
  "consumer"?: string | null;
  "ignore"?: boolean;
};

export type RuleGives = {
  "category"?: string | null;
  "project"?: string | null;
  "tags"?: Array<string>;
  "paidBy"?: "employee" | null;
};

export type RulePreview = {
  "matched": number;
  "changes": number;
  "chosen": number;
  "approved": number;
  "sample": Array<Previewed>;
  "isWhole": boolean;
};

export type RuleRequest = {
  "when": When;
  "gives": RuleGives;
  "state"?: "active" | "paused";
};

export type RunCancelledEvent = {
  "type": "run.cancelled";
  "timestamp": string;
  "data": RunData | ThinData;
};

export type RunCompletedEvent = {
  "type": "run.completed";
  "timestamp": string;
  "data": RunData | ThinData;
};

export type RunData = {
  "runId": string;
  "kind": string;
  "subject": string;
  "state": string;
  "stateVersion": number;
  "link": string;
  "previousRunId": string | null;
  "parentRunId": string | null;
  "failedStep": string | null;
  "failureClass": string | null;
  "nextSafeAction": string;
};

export type RunDetail = {
  "id": string;
  "status": string;
  "state": string;
  "message": string;
  "reason": string | null;
  "step": string | null;
  "stateVersion": number;
  "createdAt": string;
  "updatedAt": string;
  "error": RunError | null;
  "kind": string;
  "subject": string;
  "notUndone"?: boolean;
  "undone"?: boolean;
  "escalated"?: boolean;
  "standsStill"?: boolean;
  "queuedAt"?: string | null;
  "creationRefusedAt"?: string | null;
  "generation": number;
  "contractVersion": number;
  "whatHappened": string;
  "lastSuccessfulStep": string | null;
  "externalIds": Record<string, string>;
  "tried": Array<string>;
  "safeToRetry": boolean;
  "mustNotRepeat": Array<string>;
  "nextSafeAction": string;
  "nextRetryAt": string | null;
  "requiresHumanReview": boolean;
  "cancelRequested": boolean;
  "paused": boolean;
  "attributes"?: Record<string, string> | null;
  "inLine"?: InLine | null;
  "waitsFor"?: RunWait | null;
  "archived"?: boolean | null;
  "archiveLost"?: LostArchive | null;
  "previousRunId": string | null;
  "parentRunId"?: string | null;
  "childRuns"?: Array<RelatedRun> | null;
  "continuedAs"?: string | null;
  "steps": Array<RunStep>;
  "aiCost": AiCost;
  "review": RunReview | null;
};

export type RunError = {
  "errorClass": string;
  "summary": string;
};

export type RunFailedEvent = {
  "type": "run.failed";
  "timestamp": string;
  "data": RunData | ThinData;
};

export type RunFilter = {
  "kind"?: string | null;
  "subject"?: string | null;
  "status"?: Status | null;
  "state"?: string | null;
  "failureClass"?: FailureClass | null;
  "parent"?: string | null;
  "from"?: string | null;
  "to"?: string | null;
  "attribute"?: Array<string>;
};

export type RunRejectedEvent = {
  "type": "run.rejected";
  "timestamp": string;
  "data": RunData | ThinData;
};

export type RunReview = {
  "id": string;
  "reason": string;
  "reasons": Array<string>;
  "sentences": Array<string>;
  "deadline": string;
  "escalated": boolean;
  "decision": string | null;
};

export type RunStanding = {
  "id": string;
  "status": OutsideStatus;
  "output": unknown;
  "error": RunError | null;
};

export type RunStep = {
  "name": string;
  "title": string;
  "outcome": string;
  "attempts": number;
  "startedAt": string | null;
  "endedAt": string | null;
  "error": string | null;
  "progress"?: StepProgress | null;
  "aliveAt"?: string | null;
};

export type RunSummary = {
  "id": string;
  "status": string;
  "state": string;
  "message": string;
  "reason": string | null;
  "step": string | null;
  "stateVersion": number;
  "createdAt": string;
  "updatedAt": string;
  "error": RunError | null;
  "kind": string;
  "subject": string;
  "notUndone"?: boolean;
  "undone"?: boolean;
  "escalated"?: boolean;
  "standsStill"?: boolean;
  "queuedAt"?: string | null;
  "creationRefusedAt"?: string | null;
};

export type RunWait = {
  "kind": string;
  "name": string;
  "until": string | null;
  "send"?: SignalExample | null;
};

export type RunsWaiting = {
  "processing": number;
  "needsReview": number;
  "failed": number;
  "sentBack": number;
};

export type Schedule = {
  "id": string;
  "kind": string;
  "name": string;
  "cron": string;
  "inWords": string;
  "timeZone": string;
  "params": Record<string, unknown>;
  "catchUp": string;
  "forAllAccounts": boolean;
  "paused": boolean;
  "nextTick": string | null;
  "last": LastTick | null;
  "createdBy": string;
  "createdAt": string;
};

export type ScheduleChange = {
  "name"?: string;
  "cron"?: string;
  "timeZone"?: string;
  "params"?: Record<string, unknown>;
  "catchUp"?: "each" | "latest" | "skip";
  "paused"?: boolean;
};

export type ScheduleRequest = {
  "kind": string;
  "name": string;
  "cron": string;
  "timeZone"?: string;
  "params"?: Record<string, unknown>;
  "catchUp"?: "each" | "latest" | "skip";
  "forAllAccounts"?: boolean;
};

export type Scheduled = {
  "permission": string;
  "forAllAccounts": boolean;
  "params": Record<string, unknown>;
};

export type SealCheck = {
  "checked": number;
  "seals": number;
  "nextSeal": number | null;
  "isIntact": boolean;
  "findings": Array<string>;
  "elsewhere": number;
};

export type SealHead = {
  "number": number;
  "hash": string;
  "toId": number;
  "sealedAt": string;
  "keyId": string;
};

export type SealState = {
  "isSealing": boolean;
  "seals": number;
  "sealedAt": string | null;
  "waiting": number;
  "isIntact": boolean;
};

export type SearchToken = {
  "name": string | null;
  "parameter": string | null;
  "says": string;
  "example": string;
  "values": Array<TokenValue>;
};

export type SecretRequest = {
  "secret"?: string | null;
  "overlapHours"?: number;
};

export type Section = {
  "number": number;
  "bankAccountId": string;
  "currency": string;
  "format": Format;
  "printedId": string | null;
  "sequence": number | null;
  "page": number | null;
  "isLastPage": boolean;
  "statesPeriod": boolean;
  "firstDay": string | null;
  "lastDay": string | null;
  "opening": number | null;
  "closing": number | null;
  "closingDay": string | null;
  "sum": "closes" | "unproven";
  "entries": number;
  "overlap": "same" | "apart" | null;
  "isStored": boolean;
};

export type Send = {
  "kind": string;
  "name": string;
  "runId"?: Taken | null;
  "subject"?: Taken | null;
  "payload"?: Record<string, Taken>;
};

export type Session = {
  "user": User;
  "account": Account;
  "may": Array<Permission>;
};

export type SettlementRequest = {
  "settledAs": "paid" | "not_paid";
  "reason": string;
  "corrects"?: boolean;
};

export type Side = "debit" | "credit";

export type SideDifference = {
  "field": string;
  "ours": JsonValue;
  "theirs": JsonValue;
};

export type SignInCode = {
  "code": string | null;
  "expiresAt": string;
  "url": string | null;
};

export type SignInLinkAsked = {
  "validMinutes": number;
};

export type SignInLinkRequest = {
  "address": string;
};

export type SignInLinks = {
  "isOffered": boolean;
};

export type SignInRequest = {
  "code": string;
};

export type SignalExample = {
  "permission": string;
  "payload": Record<string, unknown>;
};

export type SignalRequest = {
  "key": string;
  "payload"?: Record<string, unknown>;
};

export type SignalResult = {
  "runId": string;
  "signal": string;
  "key": string;
};

export type SignedIn = {
  "user": User;
  "account": Account;
  "may": Array<Permission>;
  "purpose": string;
};

export type SourceAccess = {
  "access": EnableBankingAccess | AddressAccess;
};

export type SourceChange = {
  "name": string;
  "mapping": EventMapping;
};

export type SourceList = {
  "items": Array<InboundSource>;
  "consumers": Array<string>;
};

export type SourceRequest = {
  "name": string;
  "scheme": StandardWebhooks | Stripe | GitHub | PlainHmac;
  "mapping": EventMapping;
  "secret"?: string | null;
};

export type SplitReceipt = {
  "runId": string;
  "receiptId": string;
  "parts": Array<ReceiptPart>;
};

export type SplitRequest = {
  "beginsAt": Array<number>;
};

export type Stand = "making" | "failed" | "stopped" | "ready" | "expired";

export type StandardWebhooks = {
  "name": "standard-webhooks";
};

export type Standing = "owed" | "on_its_way" | "paid" | "not_reimbursable";

export type Start = {
  "kind": string;
  "params"?: Record<string, Taken>;
};

export type Started = {
  "id": string;
  "status": OutsideStatus;
};

export type StarterRequest = {
  "set": StarterSet;
  "language"?: Language;
  "chart"?: Chart;
};

export type StarterSet = "basic" | "freelancer" | "company";

export type Status = "processing" | "needs_review" | "complete" | "rejected" | "failed" | "cancelled";

export type StepAttempt = {
  "generation": number;
  "attempt": number;
  "startedAt": string;
  "endedAt": string | null;
  "reason": string | null;
  "error": RunError | null;
  "nextRetryAt": string | null;
};

export type StepDetail = {
  "runId": string;
  "name": string;
  "outcome": string;
  "startedAt": string | null;
  "endedAt": string | null;
  "input": unknown;
  "output": unknown;
  "attempts": Array<StepAttempt>;
};

export type StepProgress = {
  "completed": number;
  "failed": number;
  "total": number | null;
};

export type StoppedSource = {
  "at": string;
  "userId": string;
  "name": string | null;
};

export type Story = {
  "expense": Thing;
  "items": Array<Entry>;
  "isWhole": boolean;
};

export type Stripe = {
  "name": "stripe";
};

export type Substitute = {
  "id": string;
  "person": string;
  "personName": string;
  "substitute": string;
  "substituteName": string;
  "from": string;
  "to": string;
};

export type SyncOutcome = {
  "item": string;
  "kind": string | null;
  "subject": string | null;
  "outcome": string;
  "reason": string | null;
  "at": string;
};

export type SyncRequest = {
  "skipUnmapped"?: boolean;
  "compare"?: boolean;
};

export type TakeOverRequest = {
  "secret"?: string | null;
};

export type Taken = {
  "pointer"?: string | null;
  "known"?: Known | null;
  "value"?: JsonValue;
  "prefix"?: string;
  "optional"?: boolean;
};

export type TakenMailEvent = {
  "taken": string;
};

export type TakenProposal = {
  "merchant": string;
  "category": string;
  "always"?: boolean;
};

export type TakenReceipt = {
  "runId": string;
  "receiptId": string;
  "status": string;
  "paidBy": "company" | "employee";
  "previousRunId"?: string | null;
};

export type TaxDecision = {
  "expenses": Array<string>;
  "treatment"?: Treatment | null;
  "deductible"?: number;
  "rate"?: string | null;
};

export type TaxExpense = {
  "expenseId": string;
  "date": string;
  "merchant": string;
  "category": string | null;
  "total": string;
  "currency": string;
  "figures": TaxFigures | null;
  "open": OpenReason | null;
  "proposed": ProposedTax | null;
  "treatment": Treatment | null;
  "rate": string | null;
  "deductible": number;
};

export type TaxFigures = {
  "expenses": number;
  "net": string;
  "tax": string;
  "gross": string;
  "deductible": string;
  "notDeductible": string;
  "owed": string;
  "owedDeductible": string;
};

export type TaxLine = {
  "rate"?: string | null;
  "base"?: string | null;
  "tax": string;
  "vatCategory"?: string | null;
};

export type TaxPeriod = {
  "period": string;
  "from": string;
  "to": string;
  "rows": Array<TaxRow>;
  "total": TaxFigures;
  "taxReturn": TaxReturn | null;
};

export type TaxReport = {
  "from": string;
  "to": string;
  "currency": string | null;
  "country": string | null;
  "periods": Array<TaxPeriod>;
  "rows": Array<TaxRow>;
  "total": TaxFigures;
  "open": Array<OpenPoint>;
  "unconverted": Array<Unconverted>;
};

export type TaxReturn = {
  "country": "DE" | "GB";
  "name": string;
  "lines": Array<TaxReturnLine>;
  "problem": string | null;
};

export type TaxReturnLine = {
  "number": string;
  "says": string;
  "isBase": boolean;
  "amount": string;
  "rows": Array<RowName>;
};

export type TaxRow = {
  "treatment": Treatment;
  "rate": string | null;
  "figures": TaxFigures;
};

export type ThinData = {
  "isThin": boolean;
  "link": string;
};

export type Thing = {
  "id": string;
  "kind": string;
  "name": string;
  "day": string | null;
  "path": string;
};

export type Timeline = {
  "runId": string;
  "generation": number;
  "startedAt": string;
  "endedAt": string | null;
  "items": Array<TimelineItem>;
};

export type TimelineItem = {
  "kind": string;
  "name": string;
  "step": string | null;
  "generation": number;
  "attempt": number | null;
  "startedAt": string;
  "endedAt": string | null;
  "outcome": string;
  "reason": string | null;
  "error": string | null;
  "actor": string | null;
  "until": string | null;
  "detail": Record<string, unknown>;
};

export type Times = {
  "inWords": string;
  "nextTicks": Array<string>;
};

export type TimesRequest = {
  "cron": string;
  "timeZone"?: string;
};

export type Token = {
  "id": string;
  "name": string;
  "userId": string;
  "userName": string;
  "status": string;
  "createdAt": string;
  "expiresAt": string | null;
  "revokedAt": string | null;
  "lastUsedAt": string | null;
  "scopes": Array<string> | null;
  "addresses": Array<string> | null;
};

export type TokenRequest = {
  "name": string;
  "expiresInDays"?: number | null;
  "scopes"?: Array<Permission> | null;
  "addresses"?: Array<string> | null;
};

export type TokenValue = {
  "label": string;
  "value": string;
};

export type Total = {
  "currency": string;
  "total": string;
};

export type Totals = {
  "count": number;
  "currencies": Array<CurrencyTotal>;
  "base": BaseTotal | null;
};

export type TransferRequest = {
  "kind": "transfer";
  "id": string;
  "debit": string;
  "credit": string;
  "currency": string;
  "amount": number;
  "reference"?: string | null;
};

export type TravelClaim = {
  "total": string;
  "currency": string;
  "lines": Array<TravelClaimLine>;
  "bases": Array<string>;
};

export type TravelClaimLine = {
  "description": string;
  "quantity": string;
  "unitPrice": string;
  "amount": string;
};

export type TravelRates = {
  "mileage": Array<MileageRate>;
  "perDiem": Array<PerDiemRate>;
};

export type Treatment = "domestic" | "eu_services" | "other_services" | "eu_goods" | "import" | "foreign_tax" | "no_tax";

export type TrialBalance = {
  "isBalanced": boolean;
  "totals": Array<TrialTotal>;
  "items": Array<Balance>;
  "nextCursor": string | null;
};

export type TrialTotal = {
  "currency": string;
  "debitsPosted": number;
  "creditsPosted": number;
  "debitsPending": number;
  "creditsPending": number;
  "isBalanced": boolean;
};

export type Unconverted = {
  "currency": string;
  "expenses": number;
  "total": string;
};

export type UncoveredAccount = {
  "bankAccountId": string;
  "bankAccount": string;
  "days": number | null;
};

export type UncoveredDays = {
  "bankAccountId": string;
  "bankAccount": string;
  "hasStatements": boolean;
  "first": string;
  "last": string;
};

export type UndoRequest = {
  "act": "split" | "join";
};

export type Undoable = {
  "entries": number;
  "matches": number;
};

export type Undoing = {
  "reason": string;
};

export type UndoingByHand = {
  "reason": string;
};

export type Undone = {
  "change": string;
};

export type UndoneReceipts = {
  "receipts": Array<LinkedReceipt>;
};

export type UnmappedWord = {
  "what": Word;
  "word": string;
  "says": string;
  "items": number;
};

export type Unread = {
  "unread": number;
  "needsYou": number;
};

export type Unsealed = {
  "events": number;
  "since": string | null;
};

export type User = {
  "id": string;
  "name": string;
  "roles": Array<Role>;
  "isOperator": boolean;
  "paidBy": string | null;
};

export type UserEntity = {
  "id": string;
  "name": string;
  "displayName": string;
};

export type ValidationError = {
  "loc": Array<string | number>;
  "msg": string;
  "type": string;
  "input"?: unknown;
  "ctx"?: Record<string, never>;
};

export type ValueChange = {
  "field": string;
  "old": JsonValue;
  "new": JsonValue;
};

export type Verdict = "right" | "wrong" | "silent";

export type Verification = {
  "isIntact": boolean;
  "firstBadEvent": Finding | null;
  "findings": Array<Finding>;
  "seals": number;
  "events": number;
  "nextSeal": number | null;
  "head": SealHead | null;
  "unsealed": Unsealed | null;
  "isSealing": boolean;
  "publicKey": string | null;
};

export type Verified = {
  "files": number;
  "flaws": Array<FlawedFile>;
  "otherFlaws": number;
};

export type VerifyRequest = {
  "runs"?: Array<string>;
  "range"?: number | null;
};

export type View = {
  "id": string;
  "name": string;
  "filter": Record<string, string | Array<string>>;
  "sort": string;
  "isShared": boolean;
  "isOwn": boolean;
  "createdAt": string;
};

export type ViewChange = {
  "name"?: string | null;
  "filter"?: Record<string, string | Array<string>> | null;
  "sort"?: string | null;
  "isShared"?: boolean | null;
};

export type VoidRequest = {
  "kind": "void";
  "id": string;
  "pending": string;
  "reference"?: string | null;
};

export type VoucherRequest = {
  "key"?: string | null;
  "merchant": string;
  "date": string;
  "total": string;
  "currency": string;
  "tax"?: string | null;
  "category"?: string | null;
  "reason": string;
  "note"?: string | null;
  "paidBy"?: "company" | "employee" | null;
};

export type WaitingFor = {
  "person": string | null;
  "role": string | null;
  "name": string;
  "substitutes": Array<string>;
  "count": number;
  "expenses": Array<string>;
  "since": string;
  "people": Array<string>;
  "total": string | null;
  "currency": string | null;
  "unconverted": number;
  "reminded": string | null;
  "isStuck": boolean;
};

export type WebhookEvent = {
  "id": string;
  "topic": string;
  "runId": string;
  "createdAt": string;
  "body": Record<string, unknown>;
};

export type What = "receipt" | "person" | "account";

export type When = {
  "merchant"?: string | null;
  "words"?: Array<string>;
  "min"?: string | null;
  "max"?: string | null;
  "currency"?: string | null;
  "documentKind"?: DocumentKind | null;
};

export type Who = {
  "id": string | null;
  "name": string | null;
  "how": "signed_in" | "token" | "system";
};

export type WhyRequest = {
  "reason": string;
};

export type Word = "category" | "income" | "tax" | "output_tax" | "person";

export type Wrong = "missing" | "differs";

export interface paths {
  "/api/account": {
    get: { query: Record<string, never>; body: null; answer: AccountSettings };
    patch: { query: Record<string, never>; body: ChangeRequest; answer: AccountSettings };
  };
  "/api/account/data-export": {
    post: { query: Record<string, never>; body: null; answer: DataExportStatus };
  };
  "/api/account/erasure": {
    post: { query: Record<string, never>; body: AccountErasureRequest; answer: Erasure };
    delete: { query: Record<string, never>; body: null; answer: Erasure };
  };
  "/api/account/usage": {
    get: { query: Record<string, never>; body: null; answer: Items_QuotaUse_ };
  };
  "/api/acts": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ActSummary_ };
    post: { query: Record<string, never>; body: ChosenRequest; answer: ActSummary };
  };
  "/api/acts/preview": {
    post: { query: Record<string, never>; body: ChosenRequest; answer: ActPreview };
  };
  "/api/acts/{act_id}": {
    get: { query: Record<string, never>; body: null; answer: ActSummary };
  };
  "/api/acts/{act_id}/continue": {
    post: { query: Record<string, never>; body: null; answer: ActSummary };
  };
  "/api/acts/{act_id}/left-out": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_LeftOutExpense_ };
  };
  "/api/acts/{act_id}/undo": {
    post: { query: Record<string, never>; body: null; answer: ActSummary };
  };
  "/api/ai-calls": {
    get: { query: {
      "run"?: string | null;
      "model"?: string | null;
      "state"?: CallState | null;
      "from"?: string | null;
      "to"?: string | null;
      "account"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_RecordedCall_ };
  };
  "/api/ai-calls/totals": {
    get: { query: {
      "by"?: By | null;
      "from"?: string | null;
      "to"?: string | null;
      "account"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_AiTotal_ };
  };
  "/api/alerts": {
    get: { query: {
      "open"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Alert_ };
  };
  "/api/approval-chains": {
    get: { query: Record<string, never>; body: null; answer: Items_ChainRule_ };
    post: { query: Record<string, never>; body: NewChain; answer: ChainRule };
  };
  "/api/approval-chains/{chain_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/approvals/begin-anew": {
    post: { query: Record<string, never>; body: Chosen; answer: Items_ApprovalOutcome_ };
  };
  "/api/approvals/check": {
    post: { query: Record<string, never>; body: Chosen; answer: Items_ApprovalOutcome_ };
  };
  "/api/approvals/queue": {
    get: { query: {
      "limit"?: number | null;
    }; body: null; answer: ApprovalQueue };
  };
  "/api/approvals/reassign": {
    post: { query: Record<string, never>; body: Reassigned; answer: Items_ApprovalOutcome_ };
  };
  "/api/approvals/remind": {
    post: { query: Record<string, never>; body: Reminder; answer: Reminded };
  };
  "/api/approvals/take-back": {
    post: { query: Record<string, never>; body: Chosen; answer: Items_ApprovalOutcome_ };
  };
  "/api/approvals/waiting": {
    get: { query: Record<string, never>; body: null; answer: Items_WaitingFor_ };
  };
  "/api/archive": {
    get: { query: {
      "olderThanDays"?: number | null;
    }; body: null; answer: Archive };
  };
  "/api/archive/restore": {
    post: { query: Record<string, never>; body: RestoreRequest; answer: Restored };
  };
  "/api/archive/rounds": {
    post: { query: Record<string, never>; body: RoundRequest; answer: Round };
  };
  "/api/archive/verify": {
    post: { query: Record<string, never>; body: VerifyRequest; answer: Verified };
  };
  "/api/audit": {
    get: { query: {
      "actor"?: string | null;
      "action"?: string | null;
      "outcome"?: string | null;
      "stream"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "allAccounts"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_AuditEvent_ };
  };
  "/api/audit/actions": {
    get: { query: Record<string, never>; body: null; answer: Items_ActionWords_ };
  };
  "/api/audit/entries": {
    get: { query: {
      "person"?: string | null;
      "about"?: string | null;
      "action"?: string | null;
      "outcome"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "notes"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Entry_ };
  };
  "/api/audit/expenses/{expense_id}": {
    get: { query: Record<string, never>; body: null; answer: Story };
  };
  "/api/audit/export": {
    get: { query: {
      "fromSeal"?: number | null;
      "toSeal"?: number | null;
    }; body: null; answer: null };
  };
  "/api/audit/seals": {
    get: { query: Record<string, never>; body: null; answer: SealState };
  };
  "/api/audit/seals/check": {
    post: { query: {
      "fromSeal"?: number | null;
    }; body: null; answer: SealCheck };
  };
  "/api/audit/things": {
    get: { query: {
      "q": string;
    }; body: null; answer: Items_Thing_ };
  };
  "/api/audit/verify": {
    get: { query: {
      "fromSeal"?: number | null;
      "limit"?: number | null;
    }; body: null; answer: Verification };
  };
  "/api/bank/accounts": {
    get: { query: Record<string, never>; body: null; answer: Items_BankAccount_ };
    post: { query: Record<string, never>; body: BankAccountRequest; answer: BankAccount };
  };
  "/api/bank/accounts/{bank_account_id}": {
    get: { query: Record<string, never>; body: null; answer: BankAccount };
    patch: { query: Record<string, never>; body: BankAccountChange; answer: BankAccount };
  };
  "/api/bank/accounts/{bank_account_id}/mending": {
    post: { query: Record<string, never>; body: BooksMending; answer: BankAccount };
  };
  "/api/bank/breaks": {
    get: { query: {
      "account"?: string | null;
    }; body: null; answer: Items_Break_ };
  };
  "/api/bank/documents": {
    get: { query: {
      "words"?: string | null;
      "amount"?: number | null;
      "around"?: string | null;
      "paid"?: boolean | null;
    }; body: null; answer: Items_FoundDocument_ };
  };
  "/api/bank/entries": {
    get: { query: {
      "account"?: string | null;
      "standing"?: "open" | "explained" | "pending" | null;
      "from"?: string | null;
      "to"?: string | null;
      "document"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_MatchedEntry_ };
  };
  "/api/bank/entries/{entry_id}": {
    get: { query: Record<string, never>; body: null; answer: EntryWithMatches };
  };
  "/api/bank/entries/{entry_id}/explanation": {
    put: { query: Record<string, never>; body: Explanation; answer: EntryWithMatches };
  };
  "/api/bank/entries/{entry_id}/owed-by": {
    put: { query: Record<string, never>; body: DocumentAsked; answer: AskedEntry };
  };
  "/api/bank/matches": {
    get: { query: {
      "state"?: "proposed" | "accepted" | "declined" | "undone" | null;
      "document"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BankMatch_ };
    post: { query: Record<string, never>; body: MatchRequest; answer: BankMatch };
  };
  "/api/bank/matches/certain": {
    post: { query: Record<string, never>; body: CertainRequest; answer: CertainAccepted };
  };
  "/api/bank/matches/{match_id}": {
    get: { query: Record<string, never>; body: null; answer: BankMatch };
  };
  "/api/bank/matches/{match_id}/decision": {
    post: { query: Record<string, never>; body: MatchDecision; answer: BankMatch };
  };
  "/api/bank/matches/{match_id}/undoing": {
    post: { query: Record<string, never>; body: Undoing; answer: BankMatch };
  };
  "/api/bank/matching": {
    post: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/bank/months": {
    get: { query: {
      "until"?: string | null;
    }; body: null; answer: Items_MonthOverview_ };
  };
  "/api/bank/months/{month}": {
    get: { query: Record<string, never>; body: null; answer: Month };
  };
  "/api/bank/months/{month}/entries": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_MonthLine_ };
  };
  "/api/bank/months/{month}/entries.csv": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/bank/progress": {
    get: { query: {
      "account"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
    }; body: null; answer: EntryCounts };
  };
  "/api/bank/source-consents": {
    post: { query: Record<string, never>; body: ConsentAnswer; answer: BankSource };
  };
  "/api/bank/sources": {
    get: { query: Record<string, never>; body: null; answer: Items_BankSource_ };
    post: { query: Record<string, never>; body: BankSourceRequest; answer: BankSource };
  };
  "/api/bank/sources/{bank_source_id}": {
    get: { query: Record<string, never>; body: null; answer: BankSource };
    delete: { query: Record<string, never>; body: null; answer: BankSource };
  };
  "/api/bank/sources/{bank_source_id}/access": {
    put: { query: Record<string, never>; body: SourceAccess; answer: BankSource };
  };
  "/api/bank/sources/{bank_source_id}/account": {
    post: { query: Record<string, never>; body: ChosenAccount; answer: BankSource };
  };
  "/api/bank/sources/{bank_source_id}/bank": {
    put: { query: Record<string, never>; body: ChosenBank; answer: BankSource };
  };
  "/api/bank/sources/{bank_source_id}/banks": {
    get: { query: {
      "country"?: string | null;
    }; body: null; answer: Items_BankChoice_ };
  };
  "/api/bank/sources/{bank_source_id}/consent": {
    post: { query: Record<string, never>; body: null; answer: ConsentUrl };
  };
  "/api/bank/sources/{bank_source_id}/fetches": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BankFetch_ };
    post: { query: Record<string, never>; body: null; answer: BankFetch };
  };
  "/api/bank/statements": {
    get: { query: {
      "account"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BankStatement_ };
    post: { query: {
      "account"?: string | null;
      "encoding"?: "utf-8" | "utf-16" | "windows-1252" | "windows-1250" | "windows-1251" | "windows-1253" | "windows-1254" | "windows-1257" | "iso-8859-1" | "iso-8859-2" | "iso-8859-15" | "cp437" | "cp850" | "cp852" | "cp866" | "koi8-r" | "macintosh" | null;
    }; body: null; answer: {
      "runId": string;
      "statementId": string;
      "status": string;
      "previousRunId"?: string;
      "readFor"?: Array<string>;
    } };
  };
  "/api/bank/statements/{statement_id}": {
    get: { query: Record<string, never>; body: null; answer: BankStatementDetail };
  };
  "/api/bank/statements/{statement_id}/undo": {
    post: { query: Record<string, never>; body: ImportUndoing; answer: BankStatementDetail };
  };
  "/api/bank/unpaid": {
    get: { query: {
      "older"?: number | null;
      "month"?: string | null;
    }; body: null; answer: Items_FoundDocument_ };
  };
  "/api/books/authorizations": {
    post: { query: Record<string, never>; body: AuthorizationRequest; answer: BooksConnection };
  };
  "/api/books/conflicts": {
    get: { query: {
      "waiting"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BooksConflict_ };
  };
  "/api/books/conflicts/{conflict_id}": {
    get: { query: Record<string, never>; body: null; answer: BooksConflict };
  };
  "/api/books/conflicts/{conflict_id}/decision": {
    post: { query: Record<string, never>; body: ConflictDecision; answer: BooksConflict };
  };
  "/api/books/connections": {
    get: { query: Record<string, never>; body: null; answer: Items_BooksConnection_ };
    post: { query: Record<string, never>; body: ConnectionRequest; answer: CreatedConnection };
  };
  "/api/books/connections/{connection_id}": {
    get: { query: Record<string, never>; body: null; answer: BooksConnection };
    patch: { query: Record<string, never>; body: ConnectionChange; answer: BooksConnection };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/books/connections/{connection_id}/authorization": {
    post: { query: Record<string, never>; body: null; answer: CreatedConnection };
  };
  "/api/books/connections/{connection_id}/chart": {
    get: { query: Record<string, never>; body: null; answer: BooksChart };
    post: { query: Record<string, never>; body: null; answer: BooksChart };
  };
  "/api/books/connections/{connection_id}/dry-run": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_DryRunItem_ };
  };
  "/api/books/connections/{connection_id}/mapping": {
    get: { query: Record<string, never>; body: null; answer: BooksMappingShown };
    put: { query: Record<string, never>; body: MappingRequest; answer: BooksMappingShown };
  };
  "/api/books/connections/{connection_id}/retries": {
    post: { query: Record<string, never>; body: BooksRetry; answer: Retried };
  };
  "/api/books/connections/{connection_id}/syncs": {
    post: { query: Record<string, never>; body: SyncRequest; answer: BooksSync };
  };
  "/api/books/items": {
    get: { query: {
      "connection"?: string | null;
      "state"?: "new" | "written" | "credited" | "left_out" | "set_aside" | "waiting" | "conflict" | null;
      "code"?: string | null;
      "due"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BooksItem_ };
  };
  "/api/books/status": {
    get: { query: Record<string, never>; body: null; answer: BooksStatus };
  };
  "/api/books/subjects/{subject_id}": {
    get: { query: Record<string, never>; body: null; answer: Items_BooksItem_ };
  };
  "/api/books/syncs": {
    get: { query: {
      "connection"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BooksSync_ };
  };
  "/api/books/syncs/{sync_id}": {
    get: { query: Record<string, never>; body: null; answer: BooksSync };
  };
  "/api/books/syncs/{sync_id}/outcomes": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_SyncOutcome_ };
  };
  "/api/bulk-operations": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_BulkOperation_ };
    post: { query: Record<string, never>; body: BulkOperationRequest; answer: BulkOperation };
  };
  "/api/bulk-operations/preview": {
    post: { query: Record<string, never>; body: BulkPreviewRequest; answer: BulkPreview };
  };
  "/api/bulk-operations/{operation_id}": {
    get: { query: Record<string, never>; body: null; answer: BulkOperation };
  };
  "/api/bulk-operations/{operation_id}/left-out": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_LeftOutRun_ };
  };
  "/api/categories": {
    get: { query: Record<string, never>; body: null; answer: CategoryList };
    post: { query: Record<string, never>; body: NewCategory; answer: Category };
  };
  "/api/categories/starters": {
    post: { query: Record<string, never>; body: StarterRequest; answer: Added };
  };
  "/api/categories/{category_id}": {
    patch: { query: Record<string, never>; body: CategoryChange; answer: Category };
  };
  "/api/categories/{category_id}/merge": {
    post: { query: Record<string, never>; body: MergeInto; answer: ActSummary };
  };
  "/api/categories/{category_id}/rename": {
    post: { query: Record<string, never>; body: NewName; answer: ActSummary };
  };
  "/api/claim-links/{claim_link_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/claimable": {
    get: { query: {
      "payerKind"?: "company" | "customer" | null;
      "clientId"?: string | null;
      "firstDay"?: string | null;
      "lastDay"?: string | null;
      "person"?: string | null;
    }; body: null; answer: Items_Claimable_ };
  };
  "/api/claimable/customers": {
    get: { query: {
      "firstDay"?: string | null;
      "lastDay"?: string | null;
      "person"?: string | null;
    }; body: null; answer: Items_Owing_ };
  };
  "/api/claims": {
    get: { query: {
      "state"?: "draft" | "issued" | "part_paid" | "paid" | "overdue" | "disputed" | "withdrawn" | "credited" | "written_off" | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ClaimSummary_ };
    post: { query: Record<string, never>; body: ClaimRequest; answer: ClaimDetail };
  };
  "/api/claims/preview": {
    post: { query: Record<string, never>; body: ClaimRequest; answer: ClaimPreview };
  };
  "/api/claims/{claim_id}": {
    get: { query: Record<string, never>; body: null; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/credit-notes": {
    post: { query: Record<string, never>; body: CreditRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/credit-notes/{note_number}.xml": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/claims/{claim_id}/dispute": {
    post: { query: Record<string, never>; body: WhyRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/invoice.xml": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/claims/{claim_id}/links": {
    get: { query: Record<string, never>; body: null; answer: Items_ClaimLink_ };
    post: { query: Record<string, never>; body: ClaimLinkRequest; answer: NewClaimLink };
  };
  "/api/claims/{claim_id}/payments": {
    post: { query: Record<string, never>; body: ClaimPaymentRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/payments/{version}/reversal": {
    post: { query: Record<string, never>; body: WhyRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/refunds": {
    post: { query: Record<string, never>; body: RefundRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/resolve": {
    post: { query: Record<string, never>; body: WhyRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/statement.csv": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/claims/{claim_id}/statement.pdf": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/claims/{claim_id}/withdraw": {
    post: { query: Record<string, never>; body: WhyRequest; answer: ClaimDetail };
  };
  "/api/claims/{claim_id}/write-off": {
    post: { query: Record<string, never>; body: WhyRequest; answer: ClaimDetail };
  };
  "/api/client-choices": {
    get: { query: Record<string, never>; body: null; answer: Items_ClientChoice_ };
  };
  "/api/clients": {
    get: { query: {
      "archived"?: boolean | null;
      "name"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ClientRecord_ };
    post: { query: Record<string, never>; body: ClientRequest; answer: ClientRecord };
  };
  "/api/clients/{client_id}": {
    get: { query: Record<string, never>; body: null; answer: ClientRecord };
    patch: { query: Record<string, never>; body: ClientChange; answer: ClientRecord };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/clients/{client_id}/merge": {
    post: { query: Record<string, never>; body: MergeRequest; answer: ClientRecord };
  };
  "/api/clients/{client_id}/projects": {
    post: { query: Record<string, never>; body: ProjectRequest; answer: Project };
  };
  "/api/closed-periods": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ClosedPeriod_ };
    post: { query: Record<string, never>; body: PeriodRequest; answer: ClosedPeriod };
  };
  "/api/closed-periods/{period_id}/late": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Late_ };
  };
  "/api/closed-periods/{period_id}/reopen": {
    post: { query: Record<string, never>; body: ReopenRequest; answer: ClosedPeriod };
  };
  "/api/company": {
    get: { query: Record<string, never>; body: null; answer: CompanyProfile };
    patch: { query: Record<string, never>; body: CompanyRequest; answer: CompanyProfile };
  };
  "/api/company/logo": {
    get: { query: Record<string, never>; body: null; answer: null };
    post: { query: Record<string, never>; body: null; answer: CompanyProfile };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/data-exports": {
    get: { query: Record<string, never>; body: null; answer: Items_DataExportStatus_ };
    post: { query: Record<string, never>; body: null; answer: DataExportStatus };
  };
  "/api/data-exports/{data_export_id}/file": {
    get: { query: {
      "number"?: number | null;
    }; body: null; answer: null };
  };
  "/api/dead-letters/abandon": {
    post: { query: Record<string, never>; body: BulkRequest; answer: BulkResult };
  };
  "/api/dead-letters/retry": {
    post: { query: Record<string, never>; body: BulkRequest; answer: BulkResult };
  };
  "/api/deliveries": {
    get: { query: {
      "endpoint"?: string | null;
      "state"?: "pending" | "delivered" | "given_up" | "cancelled" | null;
      "topic"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Delivery_ };
  };
  "/api/deliveries/redeliver": {
    post: { query: Record<string, never>; body: RedeliveryRequest; answer: Redelivered };
  };
  "/api/deliveries/{delivery_id}": {
    get: { query: Record<string, never>; body: null; answer: DeliveryDetail };
  };
  "/api/deliveries/{delivery_id}/redeliver": {
    post: { query: Record<string, never>; body: null; answer: DeliveryDetail };
  };
  "/api/duplicates": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Pair_ };
  };
  "/api/duplicates/apart": {
    post: { query: Record<string, never>; body: Apart; answer: null };
  };
  "/api/duplicates/merge": {
    post: { query: Record<string, never>; body: Merged; answer: ExpenseDetail };
  };
  "/api/endpoints": {
    get: { query: Record<string, never>; body: null; answer: Items_Endpoint_ };
    post: { query: Record<string, never>; body: EndpointRequest; answer: NewEndpoint };
  };
  "/api/endpoints/{endpoint_id}": {
    get: { query: Record<string, never>; body: null; answer: EndpointDetail };
    patch: { query: Record<string, never>; body: EndpointChange; answer: EndpointDetail };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/endpoints/{endpoint_id}/rotate-secret": {
    post: { query: Record<string, never>; body: RotationRequest; answer: NewEndpointSecret };
  };
  "/api/endpoints/{endpoint_id}/test": {
    post: { query: Record<string, never>; body: null; answer: DeliveryDetail };
  };
  "/api/entered-rates": {
    get: { query: Record<string, never>; body: null; answer: EnteredRates };
    post: { query: Record<string, never>; body: RateRequest; answer: EnteredRate };
  };
  "/api/entered-rates/{rate_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/erasures": {
    get: { query: Record<string, never>; body: null; answer: Items_Erasure_ };
  };
  "/api/event-types": {
    get: { query: Record<string, never>; body: null; answer: Items_EventType_ };
  };
  "/api/events": {
    get: { query: {
      "since"?: string | null;
      "topic"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: ListedEvents };
  };
  "/api/events/{webhook_id}": {
    get: { query: Record<string, never>; body: null; answer: WebhookEvent };
  };
  "/api/expense-views": {
    get: { query: Record<string, never>; body: null; answer: Items_View_ };
    post: { query: Record<string, never>; body: NewView; answer: View };
  };
  "/api/expense-views/{view_id}": {
    patch: { query: Record<string, never>; body: ViewChange; answer: View };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/expenses": {
    get: { query: {
      "sort"?: string | null;
      "q"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "min"?: string | null;
      "max"?: string | null;
      "currency"?: Array<string> | null;
      "category"?: Array<string> | null;
      "tag"?: Array<string> | null;
      "person"?: Array<string> | null;
      "client"?: Array<string> | null;
      "project"?: Array<string> | null;
      "status"?: Array<string> | null;
      "missing"?: Array<string> | null;
      "is"?: Array<string> | null;
      "id"?: Array<string> | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: ExpensePage };
  };
  "/api/expenses/approve": {
    post: { query: Record<string, never>; body: ExpensesAsSeen; answer: Items_ApprovalOutcome_ };
  };
  "/api/expenses/reject": {
    post: { query: Record<string, never>; body: Rejected; answer: Items_ApprovalOutcome_ };
  };
  "/api/expenses/search-tokens": {
    get: { query: Record<string, never>; body: null; answer: Items_SearchToken_ };
  };
  "/api/expenses/totals": {
    get: { query: {
      "q"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "min"?: string | null;
      "max"?: string | null;
      "currency"?: Array<string> | null;
      "category"?: Array<string> | null;
      "tag"?: Array<string> | null;
      "person"?: Array<string> | null;
      "client"?: Array<string> | null;
      "project"?: Array<string> | null;
      "status"?: Array<string> | null;
      "missing"?: Array<string> | null;
      "is"?: Array<string> | null;
      "id"?: Array<string> | null;
    }; body: null; answer: Totals };
  };
  "/api/expenses/unapprove": {
    post: { query: Record<string, never>; body: Chosen; answer: Items_ApprovalOutcome_ };
  };
  "/api/expenses/{expense_id}": {
    get: { query: Record<string, never>; body: null; answer: ExpenseDetail };
    patch: { query: Record<string, never>; body: ExpenseEdit; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/confirm": {
    post: { query: Record<string, never>; body: Reasoned; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/document": {
    patch: { query: Record<string, never>; body: DocumentChange; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/documents": {
    get: { query: Record<string, never>; body: null; answer: Items_ExpenseDocument_ };
  };
  "/api/expenses/{expense_id}/history": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ExpenseChange_ };
  };
  "/api/expenses/{expense_id}/names": {
    patch: { query: Record<string, never>; body: NamesChange; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/progress": {
    get: { query: Record<string, never>; body: null; answer: ExpenseProgress };
  };
  "/api/expenses/{expense_id}/restore": {
    post: { query: Record<string, never>; body: Reasoned; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/send-back": {
    post: { query: Record<string, never>; body: Reasoned; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/undo": {
    post: { query: Record<string, never>; body: Undone; answer: ExpenseDetail };
  };
  "/api/expenses/{expense_id}/void": {
    post: { query: Record<string, never>; body: Reasoned; answer: ExpenseDetail };
  };
  "/api/export-links/{link_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/export-profiles": {
    get: { query: Record<string, never>; body: null; answer: Items_Profile_ };
    post: { query: Record<string, never>; body: ProfileRequest; answer: Profile };
  };
  "/api/export-profiles/{profile_id}": {
    put: { query: Record<string, never>; body: ProfileChange; answer: Profile };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/exports": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Export_ };
    post: { query: Record<string, never>; body: ExportRequest; answer: RequestedExport };
  };
  "/api/exports/count": {
    post: { query: Record<string, never>; body: ExportRequest; answer: Count };
  };
  "/api/exports/{export_id}": {
    get: { query: Record<string, never>; body: null; answer: Export };
  };
  "/api/exports/{export_id}/file": {
    get: { query: {
      "number"?: number | null;
    }; body: null; answer: null };
  };
  "/api/exports/{export_id}/items": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ExportItem_ };
  };
  "/api/exports/{export_id}/links": {
    get: { query: Record<string, never>; body: null; answer: Items_ExportLink_ };
    post: { query: Record<string, never>; body: ExportLinkRequest; answer: NewExportLink };
  };
  "/api/handed-on/{token}": {
    get: { query: {
      "number"?: number | null;
    }; body: null; answer: null };
  };
  "/api/health": {
    get: { query: {
      "deep"?: "" | "true" | "1" | null;
    }; body: null; answer: Health };
  };
  "/api/home": {
    get: { query: {
      "on"?: string | null;
    }; body: null; answer: Home };
  };
  "/api/inbound-events": {
    get: { query: {
      "source"?: string | null;
      "state"?: "stored" | "started" | "signalled" | "consumed" | "ignored" | "unmapped" | "failed" | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_InboundEventSummary_ };
  };
  "/api/inbound-events/{event_id}": {
    get: { query: Record<string, never>; body: null; answer: InboundEventDetail };
  };
  "/api/inbound-events/{event_id}/replay": {
    post: { query: Record<string, never>; body: null; answer: InboundEventSummary };
  };
  "/api/inbound-sources": {
    get: { query: Record<string, never>; body: null; answer: SourceList };
    post: { query: Record<string, never>; body: SourceRequest; answer: CreatedSource };
  };
  "/api/inbound-sources/{source_id}": {
    get: { query: Record<string, never>; body: null; answer: InboundSource };
    put: { query: Record<string, never>; body: SourceChange; answer: InboundSource };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/inbound-sources/{source_id}/replay": {
    post: { query: Record<string, never>; body: null; answer: Replayed };
  };
  "/api/inbound-sources/{source_id}/secrets": {
    post: { query: Record<string, never>; body: SecretRequest; answer: CreatedSource };
  };
  "/api/inbound-sources/{source_id}/take-over": {
    post: { query: Record<string, never>; body: TakeOverRequest; answer: CreatedSource };
  };
  "/api/inbound/{source_id}": {
    post: { query: Record<string, never>; body: unknown; answer: {
      "id": string;
      "status": "accepted";
    } };
  };
  "/api/inbox": {
    get: { query: Record<string, never>; body: null; answer: Inbox };
  };
  "/api/jobs": {
    get: { query: Record<string, never>; body: null; answer: Items_JobStanding_ };
  };
  "/api/ledger/accounts": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_LedgerAccount_ };
    post: { query: Record<string, never>; body: LedgerAccountRequest; answer: LedgerAccount };
  };
  "/api/ledger/accounts/{ledger_account_id}/balance": {
    get: { query: {
      "at"?: string | null;
    }; body: null; answer: Balance };
  };
  "/api/ledger/accounts/{ledger_account_id}/statement": {
    get: { query: {
      "from"?: string | null;
      "to"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: AccountStatement };
  };
  "/api/ledger/accounts/{ledger_account_id}/statement.csv": {
    get: { query: {
      "from"?: string | null;
      "to"?: string | null;
    }; body: null; answer: null };
  };
  "/api/ledger/facts": {
    get: { query: {
      "kind"?: "transfer" | "pending" | "post" | "void" | "expire" | "reversal" | null;
      "from"?: string | null;
      "to"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_LedgerTransfer_ };
  };
  "/api/ledger/transfers": {
    get: { query: {
      "account"?: string | null;
      "transaction"?: string | null;
      "outcome"?: "applied" | "refused" | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_LedgerTransfer_ };
    post: { query: Record<string, never>; body: TransferRequest | PendingRequest | PostRequest | VoidRequest | ReversalRequest | LinkedRequest | ExchangeRequest; answer: LedgerTransaction };
  };
  "/api/ledger/transfers/{transfer_id}": {
    get: { query: Record<string, never>; body: null; answer: LedgerTransfer };
  };
  "/api/ledger/trial-balance": {
    get: { query: {
      "at"?: string | null;
      "currency"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: TrialBalance };
  };
  "/api/ledger/trial-balance.csv": {
    get: { query: {
      "at"?: string | null;
      "currency"?: string | null;
    }; body: null; answer: null };
  };
  "/api/mail-address": {
    put: { query: Record<string, never>; body: MailAddressRequest; answer: MailAddress };
    delete: { query: Record<string, never>; body: null; answer: MailAddress };
  };
  "/api/mail-address/confirm": {
    post: { query: Record<string, never>; body: ConfirmationRequest; answer: Confirmed };
  };
  "/api/mail/events": {
    post: { query: Record<string, never>; body: Record<string, unknown>; answer: TakenMailEvent };
  };
  "/api/merchants": {
    get: { query: {
      "q"?: string | null;
      "limit"?: number | null;
    }; body: null; answer: Items_Merchant_ };
  };
  "/api/merchants/forget": {
    post: { query: Record<string, never>; body: ForgetRequest; answer: Forgotten };
  };
  "/api/merchants/rename": {
    post: { query: Record<string, never>; body: RenameRequest; answer: ActSummary };
  };
  "/api/metrics": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/mileage": {
    post: { query: Record<string, never>; body: MileageRequest; answer: TakenReceipt };
  };
  "/api/mileage/preview": {
    post: { query: Record<string, never>; body: Driven; answer: TravelClaim };
  };
  "/api/models/documents": {
    get: { query: {
      "limit"?: number | null;
    }; body: null; answer: Items_MeasuredDocument_ };
  };
  "/api/notices": {
    get: { query: {
      "unread"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Notices };
  };
  "/api/notices/choices": {
    get: { query: Record<string, never>; body: null; answer: NoticeChoices };
    put: { query: Record<string, never>; body: ChoiceRequest; answer: NoticeChoices };
  };
  "/api/notices/devices": {
    get: { query: Record<string, never>; body: null; answer: PushDevices };
    post: { query: Record<string, never>; body: PushDeviceRequest; answer: PushDevice };
  };
  "/api/notices/devices/{device_id}": {
    patch: { query: Record<string, never>; body: PushDeviceChange; answer: PushDevice };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/notices/language": {
    put: { query: Record<string, never>; body: LanguageRequest; answer: NoticeChoices };
  };
  "/api/notices/read": {
    post: { query: Record<string, never>; body: ReadRequest; answer: Unread };
  };
  "/api/owed": {
    get: { query: {
      "person"?: string | null;
    }; body: null; answer: Items_Owed_ };
  };
  "/api/owed/expenses": {
    get: { query: {
      "person"?: string | null;
      "expense"?: string | null;
      "open"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_OwedExpense_ };
  };
  "/api/owed/payments": {
    post: { query: Record<string, never>; body: OwedPaymentRequest; answer: OwedPayment };
  };
  "/api/owed/payments/check": {
    post: { query: Record<string, never>; body: OwedPaymentRequest; answer: OwedPlan };
  };
  "/api/passkeys": {
    get: { query: Record<string, never>; body: null; answer: Items_Passkey_ };
    post: { query: Record<string, never>; body: RegistrationRequest; answer: Passkey };
  };
  "/api/passkeys/options": {
    post: { query: Record<string, never>; body: null; answer: CreationOptions };
  };
  "/api/passkeys/{passkey_id}": {
    patch: { query: Record<string, never>; body: PasskeyNameRequest; answer: Passkey };
    delete: { query: {
      "last"?: boolean | null;
    }; body: null; answer: null };
  };
  "/api/payees": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Payee_ };
    post: { query: Record<string, never>; body: PayeeRequest; answer: Payee };
  };
  "/api/payees/{payee_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/payees/{payee_id}/person": {
    put: { query: Record<string, never>; body: PayeeLink; answer: Payee };
  };
  "/api/payment-files": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: PaymentFiles };
    post: { query: Record<string, never>; body: PaymentFileRequest; answer: PaymentFile };
  };
  "/api/payment-files/recovery": {
    post: { query: Record<string, never>; body: RecoveryRequest; answer: Recovered };
  };
  "/api/payment-files/{file_id}": {
    get: { query: Record<string, never>; body: null; answer: PaymentFileDetail };
  };
  "/api/payment-files/{file_id}/outcomes": {
    post: { query: Record<string, never>; body: PaymentOutcomeRequest; answer: BankAnswered };
  };
  "/api/payment-files/{file_id}/pain.001.xml": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/payment-reports": {
    post: { query: Record<string, never>; body: PaymentReportRequest; answer: BankAnswered };
  };
  "/api/payment-ways": {
    get: { query: Record<string, never>; body: null; answer: PaymentWays };
  };
  "/api/payout-batches": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_PayoutBatch_ };
    post: { query: Record<string, never>; body: PayoutBatchRequest; answer: PayoutBatchDetail };
  };
  "/api/payout-batches/check": {
    post: { query: Record<string, never>; body: PayoutBatchRequest; answer: AlikePayouts };
  };
  "/api/payout-batches/{batch_id}": {
    get: { query: Record<string, never>; body: null; answer: PayoutBatchDetail };
  };
  "/api/payout-changes": {
    get: { query: {
      "waiting"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_PayoutChange_ };
  };
  "/api/payout-changes/{change_id}/decision": {
    post: { query: Record<string, never>; body: ChangeDecision; answer: PayoutChange };
  };
  "/api/payout-limits": {
    get: { query: Record<string, never>; body: null; answer: Items_PayoutLimit_ };
  };
  "/api/payout-limits/{currency}": {
    put: { query: Record<string, never>; body: LimitRequest; answer: PayoutLimit };
    delete: { query: Record<string, never>; body: null; answer: PayoutChange };
  };
  "/api/payouts": {
    get: { query: {
      "state"?: string | null;
      "batch"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Payout_ };
    post: { query: Record<string, never>; body: PayoutRequest; answer: PayoutDetail };
  };
  "/api/payouts/check": {
    post: { query: Record<string, never>; body: PayoutRequest; answer: AlikePayouts };
  };
  "/api/payouts/{payout_id}": {
    get: { query: Record<string, never>; body: null; answer: PayoutDetail };
  };
  "/api/payouts/{payout_id}/settlement": {
    post: { query: Record<string, never>; body: SettlementRequest; answer: Payout };
  };
  "/api/payouts/{payout_id}/undo": {
    post: { query: Record<string, never>; body: UndoingByHand; answer: PayoutDetail };
  };
  "/api/people": {
    get: { query: Record<string, never>; body: null; answer: PeopleList };
    post: { query: Record<string, never>; body: InvitationRequest; answer: PersonLink };
  };
  "/api/people/{user_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/people/{user_id}/erasure": {
    post: { query: Record<string, never>; body: null; answer: Erasure };
    delete: { query: Record<string, never>; body: null; answer: Erasure };
  };
  "/api/people/{user_id}/links": {
    post: { query: Record<string, never>; body: null; answer: PersonLink };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/people/{user_id}/lock-out": {
    post: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/people/{user_id}/roles": {
    put: { query: Record<string, never>; body: RolesRequest; answer: PersonRoles };
  };
  "/api/people/{user_id}/sessions": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/per-diem": {
    post: { query: Record<string, never>; body: PerDiemRequest; answer: TakenReceipt };
  };
  "/api/per-diem/preview": {
    post: { query: Record<string, never>; body: Away; answer: TravelClaim };
  };
  "/api/policies": {
    get: { query: Record<string, never>; body: null; answer: Items_ApprovalPolicy_ };
    post: { query: Record<string, never>; body: NewPolicy; answer: ApprovalPolicy };
  };
  "/api/policies/{policy_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/projects": {
    get: { query: {
      "client"?: string | null;
      "open"?: boolean | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Project_ };
  };
  "/api/projects/{project_id}": {
    patch: { query: Record<string, never>; body: ProjectChange; answer: Project };
  };
  "/api/proposals": {
    get: { query: Record<string, never>; body: null; answer: Items_Proposal_ };
  };
  "/api/proposals/apply": {
    post: { query: Record<string, never>; body: TakenProposal; answer: ActSummary };
  };
  "/api/proposals/dismiss": {
    post: { query: Record<string, never>; body: Proposed; answer: null };
  };
  "/api/receipts": {
    post: { query: {
      "paidBy"?: "company" | "employee" | null;
    }; body: null; answer: {
      "runId": string;
      "receiptId": string;
      "status": string;
      "paidBy": "company" | "employee";
      "previousRunId"?: string;
    } };
  };
  "/api/receipts-by-mail": {
    get: { query: Record<string, never>; body: null; answer: ReceiptsByMail };
    put: { query: Record<string, never>; body: IntakeRequest; answer: ReceiptsByMail };
  };
  "/api/receipts-by-mail/address": {
    post: { query: Record<string, never>; body: NewAddressRequest; answer: ReceiptsByMail };
    delete: { query: Record<string, never>; body: null; answer: ReceiptsByMail };
  };
  "/api/receipts/joined": {
    post: { query: Record<string, never>; body: JoinRequest; answer: JoinedReceipt };
  };
  "/api/receipts/{receipt_id}": {
    patch: { query: Record<string, never>; body: PayerRequest; answer: ReceiptPayer };
  };
  "/api/receipts/{receipt_id}/erasure": {
    post: { query: Record<string, never>; body: ReceiptErasureRequest | null; answer: Erasure };
    delete: { query: Record<string, never>; body: null; answer: Erasure };
  };
  "/api/receipts/{receipt_id}/image": {
    get: { query: {
      "width"?: 160 | 320 | 640 | null;
    }; body: null; answer: null };
  };
  "/api/receipts/{receipt_id}/parts": {
    post: { query: Record<string, never>; body: null; answer: {
      "runId": string;
      "receiptId": string;
      "parts": Array<{
        "runId": string;
        "receiptId": string;
        "status": string;
      }>;
    } };
  };
  "/api/receipts/{receipt_id}/pieces": {
    get: { query: Record<string, never>; body: null; answer: Pieces };
  };
  "/api/receipts/{receipt_id}/split": {
    post: { query: Record<string, never>; body: SplitRequest; answer: SplitReceipt };
  };
  "/api/receipts/{receipt_id}/undo": {
    post: { query: Record<string, never>; body: UndoRequest; answer: UndoneReceipts };
  };
  "/api/receipts/{receipt_id}/xml": {
    get: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/received-mail": {
    get: { query: {
      "state"?: "stored" | "done" | "refused" | "failed" | null;
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_ReceivedMail_ };
  };
  "/api/received-mail/{mail_id}": {
    get: { query: Record<string, never>; body: null; answer: ReceivedMailDetail };
  };
  "/api/received-mail/{mail_id}/replay": {
    post: { query: Record<string, never>; body: null; answer: ReceivedMailDetail };
  };
  "/api/reports/missing": {
    get: { query: {
      "q"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "min"?: string | null;
      "max"?: string | null;
      "currency"?: Array<string> | null;
      "category"?: Array<string> | null;
      "tag"?: Array<string> | null;
      "person"?: Array<string> | null;
      "client"?: Array<string> | null;
      "project"?: Array<string> | null;
      "status"?: Array<string> | null;
      "missing"?: Array<string> | null;
      "is"?: Array<string> | null;
      "id"?: Array<string> | null;
    }; body: null; answer: MissingReport };
  };
  "/api/reports/{by}": {
    get: { query: {
      "q"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "min"?: string | null;
      "max"?: string | null;
      "currency"?: Array<string> | null;
      "category"?: Array<string> | null;
      "tag"?: Array<string> | null;
      "person"?: Array<string> | null;
      "client"?: Array<string> | null;
      "project"?: Array<string> | null;
      "status"?: Array<string> | null;
      "missing"?: Array<string> | null;
      "is"?: Array<string> | null;
      "id"?: Array<string> | null;
    }; body: null; answer: ExpenseReport };
  };
  "/api/rules": {
    get: { query: Record<string, never>; body: null; answer: Items_CategoryRule_ };
    post: { query: Record<string, never>; body: RuleRequest; answer: CategoryRule };
  };
  "/api/rules/apply": {
    post: { query: Record<string, never>; body: ApplyRequest; answer: ActSummary };
  };
  "/api/rules/order": {
    post: { query: Record<string, never>; body: OrderRequest; answer: Items_CategoryRule_ };
  };
  "/api/rules/preview": {
    post: { query: Record<string, never>; body: PreviewRequest; answer: RulePreview };
  };
  "/api/rules/{rule_id}": {
    put: { query: Record<string, never>; body: RuleRequest; answer: CategoryRule };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/runs": {
    get: { query: {
      "ids"?: string | null;
      "limit"?: number | null;
      "cursor"?: string | null;
      "kind"?: string | null;
      "subject"?: string | null;
      "status"?: Status | null;
      "state"?: string | null;
      "failureClass"?: FailureClass | null;
      "parent"?: string | null;
      "from"?: string | null;
      "to"?: string | null;
      "unresolved"?: boolean | null;
      "attribute"?: Array<string> | null;
    }; body: null; answer: Page_RunSummary_ };
  };
  "/api/runs/{run_id}": {
    get: { query: Record<string, never>; body: null; answer: RunDetail };
  };
  "/api/runs/{run_id}/abandon": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/cancel": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/deliver": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/measurements": {
    post: { query: Record<string, never>; body: MeasureRequest; answer: Measurement };
  };
  "/api/runs/{run_id}/pause": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/queries/{name}": {
    get: { query: Record<string, never>; body: null; answer: QueryAnswer };
  };
  "/api/runs/{run_id}/read-again": {
    post: { query: Record<string, never>; body: null; answer: ReadAgainResult };
  };
  "/api/runs/{run_id}/resend": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/resume": {
    post: { query: Record<string, never>; body: OperationRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/retry": {
    post: { query: Record<string, never>; body: RetryRequest; answer: OperationResult };
  };
  "/api/runs/{run_id}/review": {
    post: { query: Record<string, never>; body: DecisionRequest; answer: Decision };
  };
  "/api/runs/{run_id}/signals/{name}": {
    post: { query: Record<string, never>; body: SignalRequest; answer: SignalResult };
  };
  "/api/runs/{run_id}/steps/{name}": {
    get: { query: Record<string, never>; body: null; answer: StepDetail };
  };
  "/api/runs/{run_id}/timeline": {
    get: { query: Record<string, never>; body: null; answer: Timeline };
  };
  "/api/runs/{run_id}/trace": {
    get: { query: Record<string, never>; body: null; answer: Record<string, unknown> };
  };
  "/api/schedules": {
    get: { query: Record<string, never>; body: null; answer: Items_Schedule_ };
    post: { query: Record<string, never>; body: ScheduleRequest; answer: Schedule };
  };
  "/api/schedules/preview": {
    post: { query: Record<string, never>; body: TimesRequest; answer: Times };
  };
  "/api/schedules/{schedule_id}": {
    get: { query: Record<string, never>; body: null; answer: Schedule };
    patch: { query: Record<string, never>; body: ScheduleChange; answer: Schedule };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/schedules/{schedule_id}/run": {
    post: { query: Record<string, never>; body: null; answer: Schedule };
  };
  "/api/schedules/{schedule_id}/ticks": {
    get: { query: Record<string, never>; body: null; answer: Items_LastTick_ };
  };
  "/api/session": {
    get: { query: Record<string, never>; body: null; answer: Session };
    post: { query: Record<string, never>; body: SignInRequest; answer: SignedIn };
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/session/passkey": {
    post: { query: Record<string, never>; body: AssertionRequest; answer: Session };
  };
  "/api/session/passkey-options": {
    post: { query: Record<string, never>; body: null; answer: RequestOptions };
  };
  "/api/sessions": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/sign-in-codes": {
    post: { query: Record<string, never>; body: null; answer: SignInCode };
  };
  "/api/sign-in-links": {
    get: { query: Record<string, never>; body: null; answer: SignInLinks };
    post: { query: Record<string, never>; body: SignInLinkRequest; answer: SignInLinkAsked };
  };
  "/api/sign-in-refusals": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_RefusedSignIns_ };
  };
  "/api/sign-in-refusals/of-nobody": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_RefusedSignIns_ };
  };
  "/api/substitutes": {
    get: { query: Record<string, never>; body: null; answer: Items_Substitute_ };
    post: { query: Record<string, never>; body: NewSubstitute; answer: Substitute };
  };
  "/api/substitutes/{substitute_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/tax/decisions": {
    post: { query: Record<string, never>; body: TaxDecision; answer: Decisions };
  };
  "/api/tax/expenses": {
    get: { query: {
      "treatment"?: Treatment | null;
      "rate"?: string | null;
      "line"?: string | null;
      "open"?: boolean | null;
      "reason"?: OpenReason | null;
      "limit"?: number | null;
      "cursor"?: string | null;
      "from": string;
      "to": string;
      "each"?: "month" | "quarter" | "year" | null;
      "country"?: "DE" | "GB" | null;
    }; body: null; answer: Page_TaxExpense_ };
  };
  "/api/tax/report": {
    get: { query: {
      "from": string;
      "to": string;
      "each"?: "month" | "quarter" | "year" | null;
      "country"?: "DE" | "GB" | null;
    }; body: null; answer: TaxReport };
  };
  "/api/tax/report/file": {
    get: { query: {
      "format"?: "csv" | "pdf" | null;
      "from": string;
      "to": string;
      "each"?: "month" | "quarter" | "year" | null;
      "country"?: "DE" | "GB" | null;
    }; body: null; answer: null };
  };
  "/api/tokens": {
    get: { query: {
      "limit"?: number | null;
      "cursor"?: string | null;
    }; body: null; answer: Page_Token_ };
    post: { query: Record<string, never>; body: TokenRequest; answer: NewToken };
  };
  "/api/tokens/{token_id}": {
    delete: { query: Record<string, never>; body: null; answer: null };
  };
  "/api/travel-rates": {
    get: { query: Record<string, never>; body: null; answer: TravelRates };
  };
  "/api/vouchers": {
    post: { query: Record<string, never>; body: VoucherRequest; answer: TakenReceipt };
  };
  "/api/workflows": {
    get: { query: Record<string, never>; body: null; answer: Items_Kind_ };
  };
  "/api/workflows/{kind}/status/{run_id}": {
    get: { query: Record<string, never>; body: null; answer: RunStanding };
  };
  "/api/workflows/{kind}/trigger": {
    post: { query: Record<string, never>; body: Record<string, unknown>; answer: Started };
  };
}
