/**
 * The element takes the type and the colours of the page it stands on, and nothing else of it:
 * important rules of a shadow root outrank those of the page. As it has no colour but the page's,
 * it needs no rules for dark pages.
 */
const CSS =
  ":host(:not([hidden])){all:initial!important;display:block!important;color:inherit!important;font:inherit!important;font-size:max(.875em,13px)!important}" +
  "*{font:inherit;color:inherit}" +
  "div div,label{display:flex;flex-wrap:wrap;align-items:center;gap:8px}" +
  "button,label{min-height:var(--touchstone-size,36px)}" +
  "button,textarea{background:none;border:1px solid;border-radius:8px;padding:8px}" +
  "[aria-pressed=true]{color:var(--touchstone-accent)}" +
  "svg{fill:none;stroke:currentColor}" +
  "[aria-pressed=true] svg{fill:currentColor}" +
  "fieldset{border:0;padding:0}" +
  "textarea{flex:100%}";

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** One sheet for all elements. Without (before Safari 16.4) they are plain, and work. @param {ShadowRoot} root */
export const dress = (root) => {
  try {
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
  } catch {}
  return root;
};
