/* Starts every part that the page holds. Each module looks for its own marks and does nothing without them. */
import { startMenus } from "./menus.js";
import { startFinder } from "./finder.js";
import { startSeek } from "./seek.js";
import { startBulk } from "./bulk.js";
import { startClauses } from "./clauses.js";
import { startDraft } from "./draft.js";
import { startAppearance } from "./appearance.js";
import { startToasts } from "./toasts.js";
import { startKeys } from "./keys.js";
import { startFilters } from "./filters.js";
import { startDialogs } from "./dialog.js";
import { startLines } from "./lines.js";
import { startPads } from "./pad.js";
import { startStack } from "./stack.js";
import { startViews } from "./views.js";

for (const start of [
  startMenus, startFinder, startSeek, startBulk, startClauses, startDraft, startAppearance, startToasts, startKeys,
  startFilters, startDialogs, startLines, startPads, startStack, startViews,
]) {
  start();
}
