/* Finds a register while typing: by its characters, its pinyin or its initials, and marks where the match lies. */
import { one, all, say } from "./page.js";

/** The text with the matched stretch marked; the whole text when it holds no match. */
function marked(text, needle) {
  const at = text.toLowerCase().indexOf(needle);
  if (at < 0) return [text];
  const mark = document.createElement("mark");
  mark.textContent = text.slice(at, at + needle.length);
  return [text.slice(0, at), mark, text.slice(at + needle.length)];
}

/** The characters of the title that a match in its initials stands for, one letter a character. */
function markedByInitials(title, at, length) {
  const characters = [...title];
  const mark = document.createElement("mark");
  mark.textContent = characters.slice(at, at + length).join("");
  return [characters.slice(0, at).join(""), mark, characters.slice(at + length).join("")];
}

/** What is shown for a register, or null when nothing of it matches. */
function match(link, needle) {
  const title = one(".name", link).textContent;
  const { pinyin = "", initials = "" } = link.dataset;
  if (title.toLowerCase().includes(needle)) return { name: marked(title, needle), code: [initials.toUpperCase()] };
  const at = initials.indexOf(needle);
  if (at >= 0) {
    const spelled = initials.length === [...title].length;
    return {
      name: spelled ? markedByInitials(title, at, needle.length) : [title],
      code: marked(initials.toUpperCase(), needle),
    };
  }
  if (pinyin.includes(needle)) return { name: [title], code: marked(pinyin, needle) };
  return null;
}

function drawn(link, found) {
  const hit = document.createElement("a");
  hit.className = "hit";
  hit.href = link.href;
  if (link.hasAttribute("aria-current")) hit.setAttribute("aria-current", "page");
  const small = document.createElement("small");
  small.append(link.dataset.place);
  if (found.code.some((piece) => piece !== "")) {
    const dot = document.createElement("i");
    dot.className = "dot";
    small.append(dot, ...found.code);
  }
  hit.append(...found.name, small);
  return hit;
}

export function startFinder() {
  const input = one("#nav-find");
  if (!input) return;
  const whole = one("#nav-all");
  const hits = one("#nav-hits");
  const clear = one("button", input.parentElement);
  const registers = all(".registers a", whole);

  function find() {
    const needle = input.value.trim().toLowerCase().replace(/\s+/g, "");
    whole.hidden = needle !== "";
    hits.hidden = needle === "";
    clear.hidden = needle === "";
    if (!needle) return;
    const found = registers.map((link) => [link, match(link, needle)]).filter(([, result]) => result);
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
