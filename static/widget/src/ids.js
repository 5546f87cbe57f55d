let last = 0;

/**
 * UUID version 7 in its 32 digits: its order is that of time and, within one millisecond, that of a
 * page's calls; the server keeps each one once. What chance gives is written in decimal digits,
 * which are hexadecimal ones too: some 58 bits.
 */
export const newId = () => {
  const chance = crypto.getRandomValues(new Uint32Array(6)).join("");
  last = Math.max(Date.now(), last + 1);
  return `0${last.toString(16)}7${chance.slice(0, 3)}a${chance.slice(3, 18)}`;
};
