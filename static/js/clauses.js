/* A pressed clause mark turns its note in the margin blue; without scripts the mark leads to the note. */
import { all, one } from "./page.js";

/** Starts the marks within a part of the page. */
export function startClauses(within = document) {
  const marks = all(".mark[data-clause]", within);
  const notes = all(".clauses li");

  function press(mark) {
    const opening = mark.getAttribute("aria-expanded") !== "true";
    for (const other of marks) other.setAttribute("aria-expanded", "false");
    for (const note of notes) note.classList.remove("open");
    if (!opening) return;
    const note = document.getElementById(`clause-${mark.dataset.clause}`);
    if (!note) return;
    mark.setAttribute("aria-expanded", "true");
    note.classList.add("open");
    note.scrollIntoView({ block: "nearest" });
  }
  for (const mark of marks) {
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-expanded", "false");
    mark.setAttribute("aria-controls", `clause-${mark.dataset.clause}`);
    mark.addEventListener("click", (event) => {
      event.preventDefault();
      press(mark);
    });
    mark.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      press(mark);
    });
  }
  one("[data-focus]", within)?.focus();
}
