/* Finds a linked record while typing: a text box, a list of answers from the server, a hidden id. */
import { all, one } from "./page.js";

const PAUSE = 180; // milliseconds between the last key and the question

function answerItem(answer, index, list) {
  const item = document.createElement("li");
  item.id = `${list.id}-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.id = answer.id;
  item.dataset.text = answer.text;
  item.append(answer.text);
  if (answer.hint) {
    const hint = document.createElement("small");
    hint.textContent = answer.hint;
    item.append(hint);
  }
  return item;
}

function startOne(box) {
  const input = one("input.in", box);
  const hidden = one('input[type="hidden"]', box);
  const list = document.createElement("ul");
  list.id = `${input.id}-answers`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  box.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    input.setAttribute(name, value);
  }

  let timer = 0;
  let asked = 0;
  const options = () => all('[role="option"]', list);
  const current = () => one('[aria-selected="true"]', list);

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  }
  function point(item) {
    current()?.setAttribute("aria-selected", "false");
    if (!item) return;
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  }
  function take(item) {
    input.value = item.dataset.text;
    hidden.value = item.dataset.id;
    show(false);
    hidden.dispatchEvent(new Event("input", { bubbles: true }));
  }
  async function ask() {
    const turn = ++asked;
    const address = new URL(box.dataset.seek, location.href);
    address.searchParams.set("q", input.value.trim());
    const reply = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
    if (turn !== asked || !reply?.ok) return;
    const answers = await reply.json();
    list.replaceChildren(...answers.map((answer, index) => answerItem(answer, index, list)));
    if (!answers.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = box.dataset.none;
      list.append(none);
    }
    show(document.activeElement === input);
  }

  input.addEventListener("input", () => {
    hidden.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        ask();
        return;
      }
      const items = options();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(items[(items.indexOf(current()) + step + items.length) % items.length]);
    } else if (event.key === "Enter" && !list.hidden && current()) {
      event.preventDefault();
      take(current());
    }
  });
  input.addEventListener("blur", () => show(false));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus, so the press is not taken for leaving it
    const item = event.target.closest('[role="option"]');
    if (item) take(item);
  });
}

/** Starts the boxes within a part of the page. */
export function startSeek(within = document) {
  all("[data-seek]", within).forEach(startOne);
}
