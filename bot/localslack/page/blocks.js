// Shows Block Kit blocks in order. What a block may hold and how a press on it travels is
// the business of controls.js and fields.js.

import { h, safeAddress } from "./dom.js";
import { control } from "./controls.js";
import { inputBlock } from "./fields.js";
import { richText } from "./rich_text.js";
import { plainText, textObject } from "./text.js";

/**
 * The elements of `blocks`. `surface` has the `directory`, `act(pressed)` for what is pressed, and
 * in a modal `fields`, the list every element with a value is added to.
 */
export function showBlocks(blocks, surface) {
  return blocks.map((block) => {
    const draw = BLOCKS[block.type] ?? unknownBlock;
    const element = draw(block, surface);
    element.dataset.blockId = block.block_id ?? "";
    element.classList.add("block");
    return element;
  });
}

const BLOCKS = {
  header: (block) => h("h3", { class: "header" }, plainText(block.text)),
  section,
  context,
  divider: () => h("hr", { class: "divider" }),
  actions: (block, surface) =>
    h("div", { class: "actions" }, block.elements.map((element) => control(element, block, surface))),
  image: imageBlock,
  rich_text: (block, surface) => h("div", { class: "rich-text" }, richText(block, surface.directory)),
  input: inputBlock,
};

function section(block, surface) {
  const accessory = block.accessory;
  return h("div", { class: "section" },
    h("div", { class: "section-text" },
      block.text && h("div", { class: "text" }, textObject(block.text, surface.directory)),
      block.fields && h("div", { class: "section-fields" },
        block.fields.map((field) => h("div", { class: "text" }, textObject(field, surface.directory))))),
    accessory && h("div", { class: "accessory" },
      accessory.type === "image" ? picture(accessory, "thumbnail") : control(accessory, block, surface)));
}

function context(block, surface) {
  return h("div", { class: "context" }, block.elements.map((element) =>
    element.type === "image" ? picture(element, "inline-picture")
      : h("span", { class: "text" }, textObject(element, surface.directory))));
}

function imageBlock(block) {
  return h("figure", { class: "image" },
    block.title && h("figcaption", {}, plainText(block.title)),
    picture(block, "picture"));
}

/** The picture, or its description where the file is not at hand. */
function picture(element, className) {
  const address = safeAddress(element.image_url);
  if (address === null) return h("p", { class: "no-picture" }, element.alt_text);
  return h("img", { class: className, src: address, alt: element.alt_text, referrerpolicy: "no-referrer" });
}

function unknownBlock(block) {
  return h("p", { class: "unknown" }, `A ${block.type} block is not shown here.`);
}
