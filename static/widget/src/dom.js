const HAND = "M5 14V7l3-5 2 1-1 4h5l-2 7H2V7h3";

/**
 * @param {string} name
 * @param {Record<string, string|number|boolean>} attributes
 * @param {...(Node|string)} kids
 * @returns {any}
 */
export const make = (name, attributes, ...kids) => {
  const space = /svg|path/.test(name) ? "2000/svg" : "1999/xhtml";
  const node = document.createElementNS("http://www.w3.org/" + space, name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  node.append(...kids);
  return node;
};

/** A thumb; turned round it points down, with or without a style sheet. @param {string} name */
export const thumb = (name) =>
  make(
    "svg",
    { viewBox: "0 0 16 16", width: 20 },
    make("path", { d: HAND, transform: `rotate(${name === "up" ? 0 : 180} 8 8)` }),
  );
