// Run by palette.py in a page: the picture behind `address` in few colours, the commonest that differ.
async (address) => {
  const COLORS = 96;
  const ALIKE = 120; // as the square of a distance: about 6 steps of 255 in each channel
  const GROUND = 0.002; // the part of the picture that makes a colour a ground, which is always kept
  const image = await createImageBitmap(await (await fetch(address)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer);

  const counts = new Map();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const ranked = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
  const distance = (a, b) => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
  const known = [];
  const nearest = (color) => known.reduce((best, one, place) =>
    (best < 0 || distance(one, color) < distance(known[best], color) ? place : best), -1);
  for (const pixel of ranked) {
    const color = channels(pixel);
    const isGround = counts.get(pixel) > GROUND * pixels.length;
    const isNew = isGround || !known.some((one) => distance(one, color) < ALIKE);
    if (known.length < COLORS && isNew) known.push(color);
  }
  const places = new Map(ranked.map((pixel) => [pixel, nearest(channels(pixel))]));

  const indices = Uint8Array.from(pixels, (pixel) => places.get(pixel));
  let text = "";
  for (let start = 0; start < indices.length; start += 32768) {
    text += String.fromCharCode(...indices.subarray(start, start + 32768));
  }
  return { width: image.width, height: image.height, palette: known.flat(), indices: btoa(text) };
}
