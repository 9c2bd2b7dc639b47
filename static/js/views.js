/* Tabs that do not fit stand in a row that is pushed along: the one that lies open is brought into sight. */
import { all } from "./page.js";

export function startViews() {
  for (const current of all(".views [aria-current]")) {
    const row = current.parentElement, seen = row.getBoundingClientRect(), open = current.getBoundingClientRect();
    if (open.right > seen.right) row.scrollLeft += open.left - seen.left - (seen.width - open.width) / 2;
  }
}
