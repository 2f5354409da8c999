/** The page's shape while the first answer is on its way. */
export function Skeleton() {
  return (
    <div class="columns" aria-hidden="true">
      {[
        [5, 4],
        [4, 3, 3],
      ].map((column, side) => (
        <div class="column" key={side}>
          {column.map((lines, card) => (
            <div class="card skeleton" key={card}>
              {Array.from({ length: lines }, (_, line) => (
                <span key={line} />
              ))}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
