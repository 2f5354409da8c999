import { type ComponentChild } from 'preact';

/** What is read in elements that are not on any page: isolated texts between ⟨ and ⟩. */
export function flatText(child: ComponentChild): string {
  if (Array.isArray(child)) return (child as ComponentChild[]).map(flatText).join('');
  if (typeof child === 'object' && child !== null && 'props' in child) {
    const inner = flatText((child.props as { readonly children?: ComponentChild }).children);
    return child.type === 'bdi' ? `⟨${inner}⟩` : inner;
  }
  return typeof child === 'string' || typeof child === 'number' ? String(child) : '';
}
