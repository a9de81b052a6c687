// Makes elements. Text stays text: nothing in the page is ever read as markup.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. A property that begins with `on` is a listener, `class` and names with a dash
 * are attributes, true and false set or leave out an attribute, anything else is a property.
 */
export function h(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    set(made, name, value);
  }
  made.append(...shown(children));
  return made;
}

/** Draw an icon of the page's own: 24 by 24, one path. */
export function icon(path) {
  const drawing = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  const attributes = { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" };
  Object.entries(attributes).forEach(([name, value]) => drawing.setAttribute(name, value));
  line.setAttribute("d", path);
  drawing.append(line);
  return drawing;
}

/** Put children in place of those that are there. */
export function fill(place, ...children) {
  place.replaceChildren(...shown(children));
  return place;
}

let last = 0;

/** Return an id that no other element has, to tie a label or a hint to its field. */
export function uniqueId(of) {
  last += 1;
  return `${of}-${last}`;
}

function shown(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
}

function set(made, name, value) {
  if (value === null || value === undefined) {
    return;
  }
  if (name.startsWith("on")) {
    made.addEventListener(name.slice(2), value);
  } else if (typeof value === "boolean" && !(name in made)) {
    made.toggleAttribute(name, value);
  } else if (name === "class" || name === "role" || name.includes("-") || !(name in made)) {
    made.setAttribute(name, value);
  } else {
    made[name] = value;
  }
}
