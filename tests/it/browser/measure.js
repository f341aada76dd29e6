// What is wrong with the page in this window: a list of sentences. The argument is the window's width in CSS pixels.
const width = arguments[0];
const found = [];
const shown = text => text.trim().replace(/\s+/g, ' ').slice(0, 60);
const style = element => getComputedStyle(element);

// The texts that a reader sees: everything but what is for screen readers alone.
const forListeners = element => element && (style(element).clipPath !== 'none' || forListeners(element.parentElement));
const texts = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const node = walk.currentNode;
  // What is folded away is shown once somebody opens it.
  const folded = node.parentElement.closest('details:not([open]) > :not(summary)');
  if (node.data.trim() && !folded && !forListeners(node.parentElement)) texts.push(node);
}
const rectangles = node => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()].filter(box => box.width > 0);
};

// Nothing scrolls to the side, and nothing is out of the window or cut off.
const scrolled = document.scrollingElement.scrollWidth;
if (scrolled > width) found.push(`the page is ${scrolled} px wide in a window of ${width}`);
for (const node of texts) {
  const boxes = rectangles(node);
  if (!boxes.length) found.push(`not shown: ${shown(node.data)}`);
  for (const box of boxes) {
    if (box.left < -0.5 || box.right > width + 0.5) found.push(`out of the window: ${shown(node.data)}`);
    for (let around = node.parentElement; around; around = around.parentElement) {
      const outer = around.getBoundingClientRect();
      const clips = style(around).overflow !== 'visible' && around !== document.documentElement && around !== document.body;
      if (clips && (box.right > outer.right + 1 || box.left < outer.left - 1 || box.bottom > outer.bottom + 1)) {
        found.push(`cut off: ${shown(node.data)}`);
      }
    }
  }
  const size = parseFloat(style(node.parentElement).fontSize);
  if (size < 14) found.push(`${size} px is too small to read: ${shown(node.data)}`);
}

// Every text has a contrast of 4.5 with what is behind it (WCAG 2.2, 1.4.3).
const colour = text => (text.match(/[\d.]+/g) || []).map(Number);
const light = ([red, green, blue]) => {
  const [r, g, b] = [red, green, blue].map(c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = element => {
  for (let around = element; around; around = around.parentElement) {
    const [red, green, blue, alpha = 1] = colour(style(around).backgroundColor);
    if (alpha === 1) return [red, green, blue];
    if (alpha > 0) found.push(`half transparent: ${around.outerHTML.slice(0, 60)}`);
  }
  return [255, 255, 255];
};
for (const node of texts) {
  const [ink, paper] = [light(colour(style(node.parentElement).color)), light(behind(node.parentElement))];
  const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  if (contrast < 4.5) found.push(`a contrast of ${contrast.toFixed(2)}: ${shown(node.data)}`);
}
if (matchMedia('(prefers-color-scheme: dark)').matches && light(behind(document.body)) > 0.1) {
  found.push('the page is light where the reader prefers dark');
}

// Pictures are there, in their proportion, no larger than they should be and not blurred; they say what they are.
for (const image of document.images) {
  const what = `the picture ${image.alt || image.outerHTML.slice(0, 60)}`;
  const { paddingLeft, paddingRight, paddingTop, paddingBottom } = style(image);
  const across = image.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
  const down = image.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  if (!image.complete || !image.naturalWidth) { found.push(`${what} is not shown`); continue; }
  if (!image.alt) found.push(`${what} has no text`);
  if (!image.src.startsWith('data:')) found.push(`${what} is fetched`);
  const skew = (across / down) / (image.naturalWidth / image.naturalHeight);
  if (Math.abs(across - image.naturalWidth * down / image.naturalHeight) > 1.5) found.push(`${what} is skewed by ${skew}`);
  if (across > image.naturalWidth + 0.5) found.push(`${what} is blurred: ${image.naturalWidth} px shown as ${across}`);
  const [most, high] = image.closest('.header') ? [560, 224] : [120, 48];
  if (across > most + 0.5 || down > high + 0.5) found.push(`${what} is too large: ${across} × ${down}`);
  const box = image.getBoundingClientRect();
  if (box.left < -0.5 || box.right > width + 0.5) found.push(`${what} is out of the window`);
}
for (const row of document.querySelectorAll('.logos')) {
  const side = row.getBoundingClientRect();
  const rows = new Map();
  for (const image of row.querySelectorAll('img')) {
    const box = image.getBoundingClientRect();
    const from = document.documentElement.dir === 'rtl' ? side.right - box.right : box.left - side.left;
    const middle = Math.round((box.top + box.bottom) / 8);
    rows.set(middle, Math.min(from, rows.get(middle) ?? from));
  }
  for (const from of rows.values()) if (from > 1) found.push(`a row of logos begins ${from} px from its side`);
}
// No name goes on in the next column.
for (const name of document.querySelectorAll('.columns li')) {
  const sides = new Set([...name.getClientRects()].map(box => Math.round(box.left)));
  if (sides.size > 1) found.push(`in two columns: ${shown(name.textContent)}`);
}
// Columns begin at one height, and have space below.
for (const columns of document.querySelectorAll('.columns')) {
  const around = columns.getBoundingClientRect();
  const tops = new Map();
  let bottom = 0;
  for (const line of columns.querySelectorAll('li, h2, h3, h4')) {
    const box = line.getClientRects()[0];
    const from = document.documentElement.dir === 'rtl' ? around.right - box.right : box.left - around.left;
    const column = Math.floor(from / around.width * 6);
    tops.set(column, Math.min(box.top, tops.get(column) ?? Infinity));
    // What is below the last line of a name belongs to the space.
    bottom = Math.max(bottom, line.getBoundingClientRect().bottom - parseFloat(style(line).paddingBottom));
  }
  const heights = [...tops.values()];
  if (Math.max(...heights) - Math.min(...heights) > 1) found.push(`columns begin at ${heights.map(Math.round)}`);
  const next = columns.nextElementSibling;
  const space = next && next.getBoundingClientRect().top - bottom;
  if (next && space < 12) found.push(`${space} px below the columns`);
}
const fetched = performance.getEntriesByType('resource').filter(entry => !entry.name.startsWith('data:'));
if (fetched.length) found.push(`fetched: ${fetched.map(entry => entry.name)}`);

// Lines are not longer than can be followed: 80 characters on the average of a paragraph.
for (const block of document.querySelectorAll('p, li, blockquote')) {
  const own = texts.filter(node => node.parentElement.closest('p, li, blockquote') === block);
  const lines = new Set(own.flatMap(rectangles).map(box => Math.round(box.bottom / 8)));
  const length = own.reduce((sum, node) => sum + node.data.trim().length, 0) / lines.size;
  if (lines.size > 2 && length > 80) found.push(`lines of ${Math.round(length)} characters: ${shown(block.textContent)}`);
}

// The text runs in its language's direction, from the side on which it begins.
const letter = document.querySelector('.letter, main') ?? document.body;
const direction = document.documentElement.dir || 'ltr';
for (const element of [document.body, letter]) {
  if (style(element).direction !== direction) found.push(`${element.tagName} does not run ${direction}`);
}
const first = [...letter.querySelectorAll('p')].find(p => p.textContent.trim());
const [box, line] = [first.getBoundingClientRect(), rectangles(texts.find(node => first.contains(node)))[0]];
const begins = direction === 'rtl' ? box.right - line.right : line.left - box.left;
if (Math.abs(begins) > 2) found.push(`the text begins ${begins} px from its side`);

// Links lead somewhere and are known as links without their colour.
for (const link of document.links) {
  if (!link.textContent.trim() && !link.querySelector('img[alt]')) found.push(`a link without words: ${link.href}`);
  if (link.textContent.trim() && !style(link).textDecorationLine.includes('underline')) found.push(`not underlined: ${link.href}`);
}

// What a screen reader begins with: a language, a title, headings one step after another.
// Mail programs drop the root of the page: the letter says it again.
const isMail = letter.classList.contains('letter');
if (!document.documentElement.lang || (isMail && letter.lang !== document.documentElement.lang)) found.push('the language is not told');
if (!document.title.trim()) found.push('there is no title');
let level = 0;
for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
  const own = Number(heading.tagName[1]);
  if (level && own > level + 1) found.push(`a heading of level ${own} after one of ${level}: ${shown(heading.textContent)}`);
  level = own;
}
return found;
