import { reasonText } from '../words.ts';

/** Why a figure is missing, for the customer; the server's own words for whoever is asked. */
export const Reason = ({ reason }: { readonly reason: string }) => (
  <span class="item-reason">
    {reasonText(reason)} For support: <q>{reason}</q>
  </span>
);
