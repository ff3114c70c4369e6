/**
 * The least that a list of 10,000 rows can do: forty elements of six cells are in the page, moved and written anew as
 * it is scrolled. No framework, no events. What a desk's list takes longer than this is ours.
 */
export const bareList = `<!doctype html>
<style>
  body { margin: 0; font: 13px/20px sans-serif }
  #list { position: absolute; inset: 60px 0 0 200px; overflow: auto; contain: strict }
  #body { position: relative; height: 280000px }
  .row { position: absolute; inset: 0 0 auto; height: 28px; display: grid; align-items: center;
    grid-template-columns: 90px repeat(5, minmax(0, 1fr)) }
  .row > div { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
</style>
<div id="list" data-list aria-label="Bare"><div id="body"></div></div>
<script>
  const list = document.getElementById('list');
  const rows = Array.from({ length: 40 }, () => {
    const row = document.createElement('div');
    row.className = 'row';
    for (let n = 0; n < 6; n += 1) row.append(document.createElement('div'));
    document.getElementById('body').append(row);
    return { row, shown: -1 };
  });
  const show = () => {
    const first = Math.max(0, Math.floor(list.scrollTop / 28) - 4);
    for (let index = first; index < first + rows.length; index += 1) {
      const slot = rows[index % rows.length];
      if (slot.shown === index) continue;
      slot.shown = index;
      slot.row.style.transform = 'translateY(' + index * 28 + 'px)';
      [...slot.row.children].forEach((cell, n) => (cell.textContent = 'row ' + index + ', cell ' + n));
    }
  };
  list.addEventListener('scroll', show);
  show();
</script>`;
