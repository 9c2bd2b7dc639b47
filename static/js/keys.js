/* The keyboard: "/" goes to the search, j and k or the arrows move from row to row, Enter opens, x ticks. */
import { all, one, typing } from "./page.js";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

const rows = () => all(".ledger tbody tr");
const doorOf = (row) => one("td.number a, td.subject a, td.object a", row);

function move(event) {
  const list = rows();
  const here = document.activeElement.closest?.(".ledger tbody tr");
  const arrow = event.key.startsWith("Arrow");
  if (arrow && !here && !document.activeElement.closest?.(".wrap")) return;
  const at = here ? list.indexOf(here) + STEPS[event.key] : 0;
  const door = list[at] && doorOf(list[at]);
  if (!door) return;
  event.preventDefault();
  door.focus({ preventScroll: true });
  list[at].scrollIntoView({ block: "nearest" });
}

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const box = one("[data-find]") ?? one("[data-find-all]");
      if (!box) return;
      event.preventDefault();
      box.focus();
      box.select();
    } else if (event.key in STEPS) {
      move(event);
    } else if (event.key === "x") {
      const row = document.activeElement.closest?.(".ledger tbody tr");
    if (row) one('input[name="id"]', row)?.click();
    }
  });
}
