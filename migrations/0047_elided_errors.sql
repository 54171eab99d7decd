-- What an exception of a step said was kept as it was, with what stood in it, such as a password in an address. A sentence of one of
-- our own classes stays. Of every other error only its class is left.
CREATE TABLE told_classes (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO told_classes (name) SELECT value FROM json_each('[
"Absent", "AccessDenied", "AccessRefused", "AccountArchived", "AccountTaken", "AgainstPolicies", "AlreadyDecided",
"AmountError", "AmountTooLarge", "AnotherAccount", "AnotherBody", "AnswerCut", "AnswerUnfit", "ArchiveLost", "ArchiveRefused",
"AssetMissing", "AttemptsUnavailable", "BadKey", "BadName", "BadReport", "BadSecret", "BankStatement", "BankStatementDetail",
"BatchKeyReused", "BeingErased", "BeyondHead", "BillingDenied", "BillingRefused", "BillingUncertain", "BindingMissing",
"BodyTooLarge", "BodyTooLong", "BooksUnreachable", "BrokenPdf", "BrokenUpload", "BudgetSpent", "Busy", "CancelRequested",
"CannotMerge", "CannotUndo", "CeremonyRefused", "ChangedElsewhere", "ChangedMeanwhile", "ChartMissing", "ClassNotBound",
"ClientInUse", "CodeRefused", "Compensating", "ConfirmationNeeded", "ConsentEnded", "ConstraintFailed", "ContractError",
"ContradictoryEncoding", "Covered", "CursorEnded", "DatabaseError", "DatabaseUnavailable", "DecidedBefore",
"DecidedMeanwhile", "DeclaredInCode", "Declined", "Disturbed", "DocumentKnown", "EmptyUpload", "EncryptedPdf",
"EndpointIsDisabled", "EngineUnavailable", "Escalated", "EventTimeout", "ExplainedOtherwise", "FileKeyReused", "FileMissing",
"FirstSyncMissing", "Forged", "FoundTwice", "FourEyes", "GoesOn", "GrantRevoked", "GuardFailed", "HasLeft", "HashWanted",
"HiddenSize", "Hindered", "HttpFailed", "ImagesQuotaSpent", "ImagesUnavailable", "InFlight", "InstanceExists",
"InstanceNotFound", "InvalidAddress", "InvalidAnswer", "InvalidCron", "InvalidInvoice", "InvalidKey", "InvalidParams",
"InvalidPayload", "InvalidRates", "InvalidRequest", "InvalidSetting", "InvalidValues", "InvocationSpent", "IsDeployments",
"ItemRefused", "ItemsFailed", "KeptInFirstDatabase", "KeyReused", "KeyTaken", "LastOwner", "LastPasskey", "LimitExceeded",
"Locked", "LogoTooLarge", "LostGuard", "MailDenied", "MailRefused", "MailUncertain", "Malformed", "MappingNeeded", "MayNot",
"MayNotReport", "MayStillArrive", "MethodNotAllowed", "Missing", "MissingImage", "ModelError", "NameTaken", "NamedByRules",
"NeedsReview", "NoAccountNamed", "NoAddress", "NoAesData", "NoAnswer", "NoBankAccount", "NoBaseCurrency", "NoClaim",
"NoConsent", "NoGrant", "NoJoining", "NoKey", "NoLogo", "NoMail", "NoMailTaken", "NoModelHere", "NoNumber", "NoPasskeysHere",
"NoPublicUrl", "NoSender", "NoSplit", "NoSuchAccount", "NoSuchAct", "NoSuchAddress", "NoSuchAnswer", "NoSuchCategory",
"NoSuchChain", "NoSuchChange", "NoSuchClaim", "NoSuchClient", "NoSuchCompany", "NoSuchConflict", "NoSuchConnection",
"NoSuchCopy", "NoSuchDays", "NoSuchDelivery", "NoSuchDevice", "NoSuchEndpoint", "NoSuchEntry", "NoSuchErasure", "NoSuchEvent",
"NoSuchExpense", "NoSuchExport", "NoSuchFile", "NoSuchLink", "NoSuchMail", "NoSuchMatch", "NoSuchOperation", "NoSuchPasskey",
"NoSuchPayee", "NoSuchPeriod", "NoSuchPerson", "NoSuchPolicy", "NoSuchProfile", "NoSuchProject", "NoSuchQuery", "NoSuchRate",
"NoSuchReceipt", "NoSuchReplay", "NoSuchRoute", "NoSuchRule", "NoSuchSchedule", "NoSuchSection", "NoSuchSession",
"NoSuchSource", "NoSuchStatement", "NoSuchSubject", "NoSuchSubstitute", "NoSuchSync", "NoSuchThing", "NoSuchToken",
"NoSuchView", "NoTags", "NoUndo", "NonRetryable", "NotBegun", "NotConnected", "NotDecrypted", "NotDeployed", "NotDue",
"NotEmbeddable", "NotForThisTool", "NotIntact", "NotKept", "NotListening", "NotNow", "NotOffered", "NotPacked",
"NotPermitted", "NotPossible", "NotPrintable", "NotPublic", "NotReadable", "NotRenewed", "NotReplayable", "NotRestored",
"NotResumable", "NotScheduled", "NotSettleable", "NotThere", "NotVerified", "NotWaiting", "NotWritten", "NotYet",
"NothingBegun", "NothingBought", "NothingToReturn", "NothingWaits", "ObjectsUnavailable", "OtherBody", "OtherDatabase",
"OtherLayout", "OtherStatement", "OutOfReach", "OutcomeUnknown", "OutputLost", "Outrun", "OwedChanged", "PasskeyRefused",
"PayeeExists", "PaymentDenied", "PaymentRefused", "PaymentUncertain", "PayoutKeyReused", "PdfTooLarge", "PeriodClosed",
"Problem", "ProviderAway", "ProviderRefused", "QueriesSpent", "QueryFailed", "QueueMissing", "QueueUnavailable",
"QuotaReached", "RateRefused", "Refusal", "Refused", "Rejected", "ReplayRuns", "ResolvingFailed", "Restored", "ReviewNeeded",
"RowConflict", "RunCancelled", "RunContinued", "RunFailed", "SecondNeeded", "SentOtherwise", "SettledOtherwise",
"SignInAgain", "SignalConflict", "SizeNotFound", "SourceExists", "StateGone", "StateUnknown", "StepError", "SumTooLarge",
"Superseded", "SyncRunning", "SystemsDisagree", "TargetError", "TargetUncertain", "Throttled", "Timeout", "TooFarBack",
"TooLarge", "TooLargeForD1", "TooMany", "TooManyDevices", "TooManyEndpoints", "TooManyMails", "TooManyPeople",
"TooManyPixels", "TooManyToSum", "TooMuchWork", "TransferRefused", "Unauthenticated", "UndeclaredKindError",
"UndeclaredRouteError", "Undeployed", "Unfinished", "Unfit", "UnfitData", "UnfitOutput", "UnknownDocument", "UnknownExpense",
"UnknownFields", "UnknownSignal", "UnknownVersion", "UnknownZone", "Unmapped", "Unreadable", "UnreadableBody",
"UnreadableEnvelope", "UnreadableFile", "UnreadableImage", "UnreadablePicture", "UnreadableSecret", "Unsatisfiable",
"UnusableFont", "UnusableKey", "UnusableValue", "Unwritable", "ValuesRefused", "VectorsRefused", "VectorsUnavailable",
"VersionNeeded", "VersionsNeeded", "WordsUnmapped", "WouldRepeat", "WrittenOtherwise", "WrongDeclaration"
]');
UPDATE runs SET error_summary = '…'
WHERE error_summary IS NOT NULL AND error_class NOT IN (SELECT name FROM told_classes);
UPDATE run_steps SET error_summary = '…'
WHERE error_summary IS NOT NULL AND error_class NOT IN (SELECT name FROM told_classes);
UPDATE step_attempts SET error_summary = '…'
WHERE error_summary IS NOT NULL AND error_class NOT IN (SELECT name FROM told_classes);
DROP TABLE told_classes;
