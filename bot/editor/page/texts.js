// What the page says, by name, in the language that the bot speaks. The texts come with the page.

const TEXTS = JSON.parse(document.getElementById("texts").textContent);

/** The text of that name with its values: t("page-region", { number: 2 }). */
export const t = (name, values = {}) => TEXTS[name].replace(/\{(\w+)\}/g, (_, value) => values[value]);
