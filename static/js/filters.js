/* Leaves fields that were not filled in out of the address, so that a search is a short link. */
import { all } from "./page.js";

export function startFilters() {
  for (const form of all("form[data-spare]")) {
    const spare = () => all("input, select", form).filter((field) => field.name && field.value === "");
    form.addEventListener("submit", () => {
      for (const field of spare()) field.disabled = true;
    });
    addEventListener("pageshow", () => {
      for (const field of all(":disabled", form)) field.disabled = false;
    });
  }
}
