import { newId } from "./ids.js";

/** The same with hyphens, as addresses have it. */
export const newUuid = () => newId().replace(/(.{8})(....)(....)(....)/, "$1-$2-$3-$4-");
