// Takes away what a mail program does not know, so that the page is seen as it is seen there. What that is, is from caniemail.com.
// The argument names the program.
const outlook = arguments[0] === 'outlook';
document.querySelectorAll('style').forEach(style => style.remove());
for (const element of document.querySelectorAll('[style]')) {
  const style = element.style;
  // Neither Outlook for Windows nor Gmail knows logical properties or `overflow-wrap`.
  for (const property of [...style]) if (/inline|block|^overflow-wrap/.test(property)) style.removeProperty(property);
  if (!outlook) continue;
  for (const property of [...style]) {
    if (/^(max-|min-|overflow|word-|white-space|column|border-.*radius|box-|text-size|-webkit)/.test(property)) style.removeProperty(property);
    if (/^display/.test(property) && style.display !== 'none') style.removeProperty(property);
    // Padding is for the cells of tables, borders not for paragraphs, margins neither for the body nor `auto`.
    if (/^padding/.test(property) && !element.matches('td, th')) style.removeProperty(property);
    if (/^border/.test(property) && element.matches('p, div, blockquote')) style.removeProperty(property);
    if (/^margin/.test(property) && (element.matches('body, span') || style[property] === 'auto')) style.removeProperty(property);
    if (/^(width|height)/.test(property) && !element.matches('table, td, th')) style.removeProperty(property);
  }
  if (element.matches('ul, ol')) style.paddingLeft = style.paddingRight = 0;
}
if (outlook) {
  // Word breaks a word that is longer than its line, whatever the page says.
  document.body.style.overflowWrap = 'anywhere';
  document.querySelectorAll('img').forEach(image => { image.style.maxWidth = image.style.height = ''; });
}
