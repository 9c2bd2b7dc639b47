/* Enters a stack of forms by keyboard: one key a question, Enter saves; a scanner, which types an address and Enter, opens the next. */
import { all, one, typing } from "./page.js";
import { toast } from "./toasts.js";

const SCANNED = /(?:https?:\/\/\S+\/survey\/f\/)?([A-Z]{2}-[A-Z0-9]+-\d{4}-\d{5,})\s*$/i; // at the end of what was typed
const NUMBERS = /^[a-z]$/i; // a number and an address both begin with a letter

const scan = one("[data-scan]");
const box = scan && one("input[name=form]", scan);
const sheet = one("[data-stack]");
const questions = sheet ? all("[data-question]", sheet) : [];
const opinion = sheet && one("[data-opinion]", sheet);
let before = "";
let warned = false;

/** What stands in the form, without the token. */
const content = () => [...new FormData(sheet)].filter(([name]) => name !== "csrf_token").join("\n");
const said = () => [...new FormData(sheet)].some(([name, value]) => /^(q\d+|opinion|spoilt)$/.test(name) && String(value).trim());

/** The control of a question that takes the keys: its ticked box, its first one, or its lines. */
const control = (question) => one(":checked", question) ?? one("input, textarea", question);

function go(to) {
  const next = to < questions.length ? control(questions[Math.max(0, to)]) : opinion;
  next.focus();
  next.closest("[data-question], label").scrollIntoView({ block: "nearest" });
}

const here = () => questions.findIndex((question) => question.contains(document.activeElement));

function save(then = "") {
  if (!said() && !warned && !then) {
    warned = true;
    toast(sheet.dataset.nothing, "refused");
    return;
  }
  one("[name=then]", sheet).value = then;
  sheet.requestSubmit();
}

/** The next sheet was scanned: what stands here is saved first. */
function follow(number) {
  if (content() !== before) {
    save(number);
  } else {
    box.value = number;
    scan.submit();
  }
}

function tick(event, question) {
  const wanted = event.key === " " ? "0" : event.key;
  const found = all("[data-key]", question).find((each) => each.dataset.key === wanted);
  if (!found) return false;
  found.checked = true;
  found.dispatchEvent(new Event("input", { bubbles: true }));
  go(here() + 1);
  return true;
}

/** A key pressed on a row of boxes; whether it was one of ours. */
function onBoxes(event, place) {
  const { key } = event;
  if (tick(event, questions[place])) return true;
  if (key === "Backspace" || key === "ArrowUp") go(place - 1);
  else if (key === "ArrowDown") go(place + 1);
  else if (key === "Enter") save();
  else if (key === "x" || key === "X") one("[data-spoilt]", sheet).focus();
  else if (NUMBERS.test(key)) {
    box.value = key;
    box.focus();
    box.setSelectionRange(1, 1);
  } else return false;
  return true;
}

/** A key pressed where words are written; whether it was one of ours. */
function onWords(event) {
  const { target, key } = event;
  if (key === "Backspace" && target.value === "") {
    go(here() < 0 ? questions.length - 1 : here() - 1);
    return true;
  }
  if (key !== "Enter" || event.shiftKey) return false;
  const next = target.value.match(SCANNED);
  if (next) {
    target.value = target.value.slice(0, next.index).trimEnd();
    follow(next[1]);
  } else if (here() >= 0) go(here() + 1);
  else save();
  return true;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.keyCode === 229) return;
  const place = here();
  const ours = sheet.contains(event.target) && typing(event.target) ? event.target.matches("textarea, input") && onWords(event) : place >= 0 && onBoxes(event, place);
  if (ours) event.preventDefault();
}

export function startStack() {
  if (!scan) return;
  if (!sheet) {
    box.focus();
    box.select();
    return;
  }
  before = content();
  sheet.addEventListener("keydown", pressed);
  scan.addEventListener("submit", (event) => {
    if (content() === before) return;
    event.preventDefault();
    save(box.value.trim() || " ");
  });
  if (!one("[data-focus]")) {
    const open = questions.findIndex((question) => !one(":checked", question) && !one("textarea", question)?.value);
    go(open < 0 ? questions.length : open);
  }
}
