/** Types of the widget: its elements, and `touchstone`. React 19 wants `touchstone-react.d.ts` besides. */

export type Kind =
  | "thumb" | "star5" | "scale" | "csat" | "ces" | "nps" | "choice" | "text" | "pairwise";

export interface About {
  conversation?: string;
  message?: string;
  variant?: string;
  token?: string;
  kind?: Kind;
  context?: Record<string, string | number | boolean>;
  sample?: { mode: "solicited" | "unsolicited"; p?: number };
  projectKey?: string;
  endpoint?: string;
}

export interface Feedback extends About {
  value: string | number | null;
  reasons?: string[];
  comment?: string;
}

export interface TouchstoneEvent {
  id: string;
  type: string;
  at: string;
  seq: number;
  kind?: Kind;
  value?: string | number | null;
  reasons?: string[];
  comment?: string;
  target: { conversation?: string; message?: string };
  context: Record<string, unknown>;
  error?: { code: string; message: string };
}

export interface Settings {
  endpoint: string;
  projectKey?: string;
  locale?: string;
  consent?: "granted" | "session" | "none";
  storage?: "local" | "memory";
  context?: Record<string, unknown>;
}

export interface Touchstone {
  init(given: Partial<Settings>): Settings;
  feedback(given: Feedback): TouchstoneEvent | undefined;
  retract(given: About): TouchstoneEvent | undefined;
  context(given: Record<string, unknown>): object;
  flush(): Promise<void> | void;
  reset(): void;
  receipt(given: About): Promise<string | null | undefined>;
  /** There once `survey.js` is loaded. */
  survey?: {
    open(
      slug: string,
      given?: { context?: Record<string, unknown>; conversation?: string; token?: string; variant?: string },
    ): Promise<boolean>;
    end(conversation?: string): void;
  };
  on(
    what: "feedback" | "impression" | "survey" | "sent" | "waiting" | "error",
    told: (event: CustomEvent<TouchstoneEvent>) => void,
  ): void;
}

export interface FeedbackAttributes {
  "project-key"?: string;
  conversation?: string;
  message?: string;
  variant?: string;
  token?: string;
  lang?: string;
  value?: "" | "up" | "down";
  streaming?: "" | boolean;
  endpoint?: string;
  [data: `data-${string}`]: string | undefined;
}

export interface SurveyAttributes {
  "project-key"?: string;
  survey: string;
  trigger?: "conversation-end" | "load";
  conversation?: string;
  message?: string;
  variant?: string;
  token?: string;
  lang?: string;
  ended?: "" | boolean;
  floating?: "" | boolean;
  streaming?: "" | boolean;
  endpoint?: string;
  [data: `data-${string}`]: string | undefined;
}

/** What a framework adds to the attributes. */
export interface Framed {
  key?: string | number | bigint | null;
  ref?: unknown;
  hidden?: boolean;
}

export interface Elements {
  "touchstone-feedback": FeedbackAttributes & Framed;
  "touchstone-survey": SurveyAttributes & Framed;
}

declare global {
  interface Window {
    touchstone: Touchstone;
  }
  var touchstone: Touchstone;
  interface HTMLElementTagNameMap {
    "touchstone-feedback": HTMLElement;
    "touchstone-survey": HTMLElement;
  }
  namespace JSX {
    interface IntrinsicElements extends Elements {}
  }
}
