/** The one place of the widget's version: its address, its file's folder, `sdk` of what it sends. */
export const VERSION = "1.0.0";
