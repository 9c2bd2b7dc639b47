/* Toasts: six seconds, longer while pointed at or focused; a refusal stays until it is closed. */
import { all, icon, one } from "./page.js";

const STAY = 6000; // milliseconds

function start(element) {
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", one(".toasts").dataset.close);
  close.append(icon("close"));
  close.addEventListener("click", () => element.remove());
  element.append(close);
  if (element.classList.contains("refused")) return;

  let timer = 0;
  const wait = () => { timer = setTimeout(() => element.remove(), STAY); };
  const hold = () => clearTimeout(timer);
  for (const name of ["mouseenter", "focusin"]) element.addEventListener(name, hold);
  for (const name of ["mouseleave", "focusout"]) element.addEventListener(name, wait);
  wait();
}

/** Shows a sentence as a toast; tone is "done" or "refused". */
export function toast(text, tone) {
  const element = document.createElement("div");
  element.className = `toast ${tone}`;
  const words = document.createElement("span");
  words.textContent = text;
  element.append(icon(tone === "refused" ? "warn" : "check"), words);
  one(".toasts").append(element);
  start(element);
}

export function startToasts() {
  all(".toasts > .toast").forEach(start);
}
