/** Type and colours are those of the page; what floats over it brings the system's own ground. */
const SURVEY_CSS =
  ":host{all:initial!important;display:block!important;color:inherit!important;font:inherit!important;color-scheme:inherit!important}" +
  ":host([hidden]),[hidden]{display:none!important}" +
  ":host([floating]){position:fixed!important;inset-block-end:16px!important;inset-inline-end:16px!important;z-index:2147483000!important;inline-size:min(420px,calc(100vw - 32px))!important;max-block-size:min(80vh,640px)!important;overflow:auto!important;background:var(--touchstone-ground,Canvas)!important;color:var(--touchstone-ink,CanvasText)!important;border:1px solid GrayText!important;border-radius:var(--touchstone-radius,8px)!important}" +
  "*{box-sizing:border-box;font:inherit;color:inherit;margin:0;padding:0;min-inline-size:0;overflow-wrap:anywhere}" +
  "section{padding:16px;font-size:max(.9375em,14px);line-height:1.6;text-align:start}" +
  "header{display:flex;gap:12px;align-items:start;justify-content:space-between}" +
  "h2{font-size:1.15em;font-weight:650;line-height:1.4}h3{font-size:1.05em;font-weight:650;margin-block-start:12px}h4{font-weight:650}" +
  ":is(h2,h3,.thanks):focus{outline:0}" +
  "fieldset{border:0}" +
  ".question{margin-block-start:20px}.row{margin-block-start:12px}" +
  ".title{display:block;font-weight:650;margin-block-end:6px}" +
  ".required{font-weight:400;font-size:.8125em;border:1px solid;border-radius:4px;padding:0 5px;white-space:nowrap}" +
  ".about,.ends,.progress{font-size:.875em;opacity:.8}" +
  ".about,p{white-space:pre-line;margin-block:4px}" +
  ".list{display:grid;gap:6px}" +
  ".list label,.cells label{position:relative;display:flex;gap:8px;align-items:center;min-block-size:44px;padding:4px 12px;border:1px solid;border-radius:var(--touchstone-radius,6px);cursor:pointer}" +
  ".list b{min-inline-size:1.2em;font-weight:650;margin-inline-end:8px}" +
  "div.cells{display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr));gap:4px}" +
  "div.cells:has(>:nth-child(11):last-child){grid-template-columns:repeat(6,1fr)}" +
  ".row .cells{grid-template-columns:repeat(auto-fit,minmax(60px,1fr))}" +
  ".cells label{flex-direction:column;justify-content:center;gap:2px;padding:4px 2px;text-align:center;font-size:.875em}" +
  ".cells i{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}" +
  "label:has(:checked){outline:2px solid;outline-offset:-2px;font-weight:650}" +
  "input:is([type=radio],[type=checkbox]){flex:none;inline-size:18px;block-size:18px;accent-color:var(--touchstone-accent,currentColor)}" +
  ".ends{display:flex;justify-content:space-between;gap:16px}" +
  "input[type=text],textarea,select{inline-size:100%;min-block-size:44px;padding:8px 10px;background:none;border:1px solid;border-radius:var(--touchstone-radius,6px)}" +
  "option{background:Canvas;color:CanvasText}" +
  ".place{display:flex;gap:10px;align-items:center}.place select{inline-size:auto}" +
  ".side{border:1px solid;border-radius:6px;padding:8px 12px;margin-block-end:8px}" +
  ".problem{font-weight:650}.problem::before{content:'▲ '/''}" +
  "[aria-invalid]:is([type=text],textarea,select){border-width:2px}" +
  "button{min-block-size:44px;padding:4px 16px;background:none;border:1px solid;border-radius:var(--touchstone-radius,6px);cursor:pointer;font-weight:600}" +
  ".plain{border:0;padding:4px 0;font-weight:400;text-decoration:underline}" +
  ".on{border-width:2px}" +
  ".close{border:0;min-inline-size:44px;padding:0;font-size:1.5em;line-height:1;margin:-8px -8px 0 0}" +
  ".moves{display:flex;flex-wrap:wrap;gap:8px;margin-block-start:20px}" +
  ".progress{display:flex;gap:10px;align-items:center}" +
  "progress{flex:1;block-size:6px;accent-color:var(--touchstone-accent,currentColor)}" +
  ":focus-visible{outline:3px solid;outline-offset:2px}" +
  "@media (forced-colors:active){label:has(:checked){outline-color:Highlight}}" +
  "@media (prefers-reduced-motion:no-preference){:host([floating]) section{animation:in .2s}@keyframes in{from{opacity:0}}}";

/** @type {CSSStyleSheet | undefined} */
let surveySheet;

/** Without it (before Safari 16.4) a survey is plain, and works. @param {ShadowRoot} root */
export function dressSurvey(root) {
  try {
    if (!surveySheet) (surveySheet = new CSSStyleSheet()).replaceSync(SURVEY_CSS);
    root.adoptedStyleSheets = [surveySheet];
  } catch {}
}
