/** A PDF of these objects, numbered from 1; the first is the catalogue. `trailer` adds to its trailer. */
export function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let body = '%PDF-1.7\n';
  const offsets = objects.map((object, n) => {
    const at = body.length;
    body += `${n + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  return Buffer.from(
    `${body}xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${body.length}\n%%EOF\n`,
    'latin1',
  );
}

/** Pages with a line of text each in a font that is not in the file. `catalogue` adds to the catalogue, `page` to each page. */
export function textPdf(lines: readonly string[], { catalogue = '', page = '', trailer = '' } = {}): Buffer {
  const kids = lines.map((_line, n) => `${4 + 2 * n} 0 R`).join(' ');
  const pages = lines.flatMap((line, n) => {
    const content = `BT /F1 48 Tf 60 600 Td (${line}) Tj ET 0.1 0.4 0.8 rg 60 400 200 80 re f`;
    return [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + 2 * n} 0 R /Resources << /Font << /F1 3 0 R >> >> ${page} >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ];
  });
  return pdfOf(
    [
      `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
      `<< /Type /Pages /Kids [${kids}] /Count ${lines.length} >>`,
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ...pages,
    ],
    trailer,
  );
}

/** One that needs a password, which nobody knows. */
export function lockedPdf(): Buffer {
  const key = '<'.concat('5a'.repeat(32), '>');
  return textPdf(['secret'], {
    trailer: `/ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >>`,
  });
}

/** One that keeps a reader busy for minutes. */
export function endlessPdf(): Buffer {
  return Buffer.from(`%PDF-1.7\n${'1 0 obj << /A '.repeat(200_000)}`, 'latin1');
}
