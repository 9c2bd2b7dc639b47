/* Adds a line to a table inside a form, also in a form that was opened over the page later. */
import { one } from "./page.js";

function addLine(button) {
  const table = button.closest("fieldset");
  const body = one("[data-lines]", table);
  const line = document.createElement("tr");
  line.append(one("template[data-line]", table).content.cloneNode(true));
  const place = body.rows.length;
  for (const control of line.querySelectorAll("[name]")) {
    control.name = control.name.replace("-N-", `-${place}-`);
    control.id = `f-${control.name}`;
  }
  body.append(line);
  line.querySelector(".in, .cb")?.focus();
}

export function startLines() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-line]");
    if (button) addLine(button);
  });
}
