/** A passage of text for each encoding that Node reads and cannot write. */
export const legacyTexts: readonly { readonly encoding: string; readonly text: string }[] = (() => {
  const russian =
    'Съешь же ещё этих мягких французских булок, да выпей чаю.\nШирокая электрификация южных губерний даст мощный толчок подъёму сельского хозяйства.\n';
  const japanese =
    '吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n何でも薄暗いじめじめした所でニャーニャー泣いていた事だけは記憶している。\n';
  const korean =
    '모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n인간은 천부적으로 이성과 양심을 부여받았으며 서로 형제애의 정신으로 행동하여야 한다.\n';
  const chinese =
    '人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\n人人有资格享有本宣言所载的一切权利和自由。\n';
  return [
    { encoding: 'koi8-r', text: russian },
    { encoding: 'windows-1251', text: russian },
    { encoding: 'shift_jis', text: japanese },
    { encoding: 'euc-jp', text: japanese },
    { encoding: 'iso-2022-jp', text: japanese },
    { encoding: 'euc-kr', text: korean },
    { encoding: 'gb18030', text: chinese },
  ];
})();

/** Writes a text in an encoding of one or two bytes a character, by asking the decoder what each of them means. */
export function encodeLegacy(text: string, encoding: string): Buffer {
  if (encoding === 'iso-2022-jp') return shifted(text);
  const decoder = new TextDecoder(encoding);
  const table = new Map<string, Buffer>();
  const learn = (bytes: readonly number[]): void => {
    const raw = Buffer.from(bytes);
    const char = decoder.decode(raw);
    if ([...char].length === 1 && char !== '\ufffd' && !table.has(char)) table.set(char, raw);
  };
  for (let one = 0; one < 256; one += 1) learn([one]);
  for (let lead = 0x81; lead < 0xff; lead += 1) {
    for (let trail = 0x40; trail < 0xff; trail += 1) learn([lead, trail]);
  }
  return Buffer.concat([...text].map((char) => table.get(char) ?? Buffer.from('?')));
}

/** ISO-2022-JP: EUC-JP's pairs without their high bits, between escape sequences. */
function shifted(text: string): Buffer {
  const runs = text.match(/\p{ASCII}+|\P{ASCII}+/gu) ?? [];
  return Buffer.concat(
    runs.map((run) =>
      /^\p{ASCII}/u.test(run)
        ? Buffer.from(run)
        : Buffer.concat([
            Buffer.from('\u001B$B'),
            encodeLegacy(run, 'euc-jp').map((byte) => byte & 0x7f),
            Buffer.from('\u001B(B'),
          ]),
    ),
  );
}
