/* Finds a register while typing, in the menu and on the page of all registers, and marks where the match lies. */
import { one, all, say } from "./page.js";
import { marked, named } from "./readings.js";

/** The name as it is drawn: marked where it answers, plain where the Chinese title answers in its place. */
const nameOf = (result) => (result.chinese ? result.name : marked(result.name));

function drawn(link, result) {
  const hit = document.createElement("a");
  hit.className = "hit";
  hit.href = link.href;
  if (link.hasAttribute("aria-current")) hit.setAttribute("aria-current", "page");
  const small = document.createElement("small");
  small.append(one("summary .ordinal", link.closest("details")).textContent, " ", one("summary .name", link.closest("details")).textContent);
  if (result.chinese) {
    const dot = document.createElement("i");
    dot.className = "dot";
    small.append(dot, ...marked(result.chinese));
  }
  hit.append(...nameOf(result), small);
  return hit;
}

/** The links that answer to what is typed, those first whose name begins with it. */
function answering(links, typed) {
  const found = links.map((link) => [link, named(link, typed)]).filter(([, result]) => result);
  return [...found.filter(([, result]) => result.early), ...found.filter(([, result]) => !result.early)];
}

function startMenu() {
  const input = one("#nav-find");
  if (!input) return;
  const whole = one("#nav-all");
  const hits = one("#nav-hits");
  const clear = one("button", input.parentElement);
  const registers = all(".registers a", whole);

  function find() {
    const typed = input.value.trim();
    whole.hidden = typed !== "";
    hits.hidden = typed === "";
    clear.hidden = typed === "";
    if (!typed) return;
    const found = answering(registers, typed);
    const label = document.createElement("div");
    label.className = "label";
    label.setAttribute("role", "status");
    label.textContent = found.length ? say(input.dataset.found, { n: found.length }) : input.dataset.none;
    hits.replaceChildren(label, ...found.map(([link, result]) => drawn(link, result)));
  }

  const empty = () => {
    input.value = "";
    find();
    input.focus();
  };
  input.addEventListener("input", find);
  clear.addEventListener("click", empty);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value) {
      event.stopPropagation();
      empty();
    }
    const first = one("a", hits);
    if (event.key === "Enter" && first && !hits.hidden) first.click();
    if (event.key === "ArrowDown" && first && !hits.hidden) {
      event.preventDefault();
      first.focus();
    }
  });
  hits.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = document.activeElement[step];
    (next && next.matches("a") ? next : input).focus();
  });
}

function startContents() {
  const input = one("#contents-find");
  if (!input) return;
  const page = one("[data-contents]");
  const lines = all("li", page).map((line) => [line, one("a[data-reading]", line)]);

  function find() {
    const typed = input.value.trim();
    for (const [line, link] of lines) {
      const result = typed ? named(link, typed) : null;
      line.hidden = typed !== "" && !result;
      const name = one(".name", link);
      name.replaceChildren(...(result ? nameOf(result) : [name.textContent]));
    }
    for (const section of all("section", page)) section.hidden = !one("li:not([hidden])", section);
    one(".none", page).hidden = one("section:not([hidden])", page) !== null;
  }

  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    one("li:not([hidden]) a", page)?.click();
  });
}

export function startFinder() {
  startMenu();
  startContents();
  one(".nav .registers [aria-current]")?.scrollIntoView({ block: "nearest" });
}
