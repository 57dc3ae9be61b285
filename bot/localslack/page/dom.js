// Builds elements. Text only ever becomes a text node, so nothing that an agent or a
// person wrote can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element. `dataset` and `on` are maps; attributes that are null or false are left out. */
export function h(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** The same for drawings. */
export function svg(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SVG, tag), attributes, children);
}

/** Replaces everything inside `element`. */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
  return element;
}

/** The address if following it is harmless (web or mail), else null. */
export function safeAddress(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function furnish(element, { dataset = {}, on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(dataset)) {
    if (value !== null && value !== undefined) element.dataset[name] = value;
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...present(children));
  return element;
}

function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
