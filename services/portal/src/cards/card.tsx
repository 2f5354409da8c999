import { type ComponentChildren } from 'preact';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** One titled region of the dashboard. */
export function Card({ id, title, children }: Props) {
  return (
    <section class="card" aria-labelledby={`${id}-title`} data-card={id}>
      <h2 id={`${id}-title`}>{title}</h2>
      {children}
    </section>
  );
}

export const Empty = ({ children }: { readonly children: ComponentChildren }) => (
  <p class="empty">{children}</p>
);
