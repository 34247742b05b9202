import type { Panel } from "../screens/panel.ts";
import type { Branding } from "../view.ts";
import { webAddress } from "../web-address.ts";
import type { Words } from "../words/words.ts";
import { Mark } from "./mark.tsx";

interface FrameParts {
  readonly panel: Panel;
  /** Its name: another screen is another piece of the page, and keeps nothing of the last one. */
  readonly screen: string;
  readonly branding: Branding | undefined;
  readonly words: Words;
}

/** What all screens share: whose page it is, what the screen says, and where to get help. */
export function Frame({ panel, screen, branding, words }: FrameParts) {
  const { mark, title, text, body } = panel;
  return (
    <>
      {hasBrand(branding) && (
        <header>
          <Brand {...branding} />
        </header>
      )}
      <main aria-busy={mark === "busy"}>
        {mark && <Mark kind={mark} />}
        <h1 tabIndex={-1}>{title}</h1>
        <p class="lead" role="status">
          {text}
        </p>
        <div key={screen}>{body}</div>
      </main>
      <footer>
        <FooterLink url={branding?.supportUrl} label={words.support} />
        <FooterLink url={branding?.privacyUrl} label={words.privacy} />
      </footer>
    </>
  );
}

/** Where there is neither name nor logo, nothing takes their place. */
function hasBrand(branding: Branding | undefined): branding is Branding {
  return Boolean(branding?.logoUrl || branding?.displayName);
}

function Brand({ logoUrl, displayName }: Branding) {
  return (
    <>
      {logoUrl && (
        <img
          src={logoUrl}
          alt=""
          referrerpolicy="no-referrer"
          onError={({ currentTarget }) => currentTarget.remove()}
        />
      )}
      <span>{displayName}</span>
    </>
  );
}

/** In a tab of its own: this page is in the middle of something. */
function FooterLink({
  url,
  label,
}: {
  readonly url: string | null | undefined;
  readonly label: string;
}) {
  const address = webAddress(url);
  return address ? (
    <a href={address.href} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  ) : null;
}
