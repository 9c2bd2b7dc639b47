/* The bulk bar counts what is ticked; the box in the heading ticks the page; shift ticks a stretch. */
import { all, one, say } from "./page.js";

export function startBulk() {
  const form = one("form.ledger-form");
  const counter = form && one("[data-picked]", form);
  if (!counter) return;
  const whole = one("[data-all]", form);
  const boxes = all('tbody input[name="id"]', form);
  let last = null;

  function count() {
    const picked = boxes.filter((box) => box.checked).length;
    counter.textContent = say(counter.dataset.picked, { n: picked });
    whole.checked = picked > 0 && picked === boxes.length;
    whole.indeterminate = picked > 0 && picked < boxes.length;
  }
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    count();
  });
  form.addEventListener("click", (event) => {
    const box = event.target.closest('input[name="id"]');
    if (!box) return;
    if (event.shiftKey && last) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    count();
  });
  form.addEventListener("reset", () => setTimeout(count));
  addEventListener("pageshow", count); // the browser may bring ticks back with the page
  count();
}
