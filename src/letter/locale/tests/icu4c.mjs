// Writes what ICU4C makes of the dates that `dates.rs` compares with: `node icu4c.mjs > icu4c.tsv`.
//
// A line for each language tag and style: the 1st and the 23rd of each month of 2024.

const tags = `
af am ar ar-EG az be bg bn bs ca cs cy da de de-AT de-CH el en en-AU en-CA en-GB en-IE en-IN en-NZ en-US es es-AR
es-MX et eu fa fi fil fo fr fr-BE fr-CA fr-CH fur fy ga gd gl gsw gu he hi hr hsb hu hy id is it it-CH ja ka kk kl
km kn ko ku ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn no oc pa pl ps pt pt-AO pt-BR pt-PT rm ro ru se sc si sk
sl sq sr sr-Latn sv sw ta te th tr uk ur uz vi yi zh zh-HK zh-Hant zh-TW zu
`.trim().split(/\s+/);

const { icu, cldr, node } = process.versions;
console.log(`# ICU ${icu}, CLDR ${cldr}, by Intl.DateTimeFormat of Node ${node}`);
for (const tag of tags) {
  for (const dateStyle of ['short', 'medium', 'long', 'full']) {
    // English of no region is that of the world in a letter.
    const format = new Intl.DateTimeFormat(tag === 'en' ? 'en-001' : tag, { dateStyle, timeZone: 'UTC' });
    const dates = Array.from({ length: 24 }, (_, n) => new Date(Date.UTC(2024, n >> 1, n % 2 ? 23 : 1)));
    console.log([tag, dateStyle, ...dates.map(date => format.format(date))].join('\t'));
  }
}
