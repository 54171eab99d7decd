// @ts-check
/** The views of settings, of runs and of the audit, which the browser loads together. */

// It is there by then. By this line esbuild knows, and puts what they share with it into one file.
import "../../app.js";

export * as audit from "../../audit/audit.js";
export * as story from "../../audit/story.js";
export * as mail from "../../received_mail/mail.js";
export * as privacy from "../../privacy/privacy.js";
export * as runs from "../../runs/runs.js";
export * as schedules from "../../runs/schedules/schedules.js";
export * as notices from "../../notifications/settings.js";
export * as rates from "../../accounts/rates.js";
export * as settings from "../../accounts/settings.js";
export * as access from "../../identity/access.js";
export * as people from "../../identity/people-page.js";
export * as sources from "../../inbound/sources-page.js";
export * as categories from "../../expenses/sorting/categories.js";
export * as merchants from "../../expenses/sorting/merchants.js";
export * as webhooks from "../../webhooks/webhooks.js";
export * as policies from "../../expenses/approval/policies.js";
