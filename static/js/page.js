/* What several modules share: finding elements, drawing icons, posting with the page's token. */

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Fills the named places of a sentence that the server wrote into a data attribute. */
export function say(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

/** An icon of the page's sprite. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Posts a body to an address of this site with the page's token. */
export function post(address, body) {
  const token = one('meta[name="csrf-token"]').content;
  return fetch(address, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    credentials: "same-origin",
  });
}

/** Whether a key press belongs to something that is being typed into. */
export function typing(target) {
  return target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
}
