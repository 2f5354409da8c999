import { render } from 'preact';
import { Page } from './page.tsx';

const app = document.getElementById('app');
if (app !== null) {
  app.replaceChildren();
  render(<Page />, app);
}
