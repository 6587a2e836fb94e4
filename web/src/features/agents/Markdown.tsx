import { memo } from "react";
import Renderer, { type Components } from "react-markdown";
import gfm from "remark-gfm";
import { ScrollBox } from "@/ui/ScrollBox";
import { CopyCode } from "./CopyCode";
import { agentStrings } from "./strings";

const plugins = [gfm];

/**
 * What an agent wrote, as Markdown. Its HTML is never taken for HTML, addresses are only those that cannot run anything, and images are links: a page must not
 * tell other servers who reads it.
 */
const components: Components = {
  a: ({ href, children }) =>
    href === undefined || href === "" ? (
      <span>{children}</span>
    ) : (
      <a href={href} target="_blank" rel="noreferrer noopener" className="text-accent underline underline-offset-2">
        {children}
      </a>
    ),
  img: ({ src, alt }) =>
    typeof src === "string" && src !== "" ? (
      <a href={src} target="_blank" rel="noreferrer noopener" className="text-accent underline">
        {alt || src}
      </a>
    ) : (
      <span>{alt}</span>
    ),
  // Headings of a message are none of the page's outline.
  h1: ({ children }) => <p className="mt-3 text-lg font-semibold">{children}</p>,
  h2: ({ children }) => <p className="mt-3 font-semibold">{children}</p>,
  h3: ({ children }) => <p className="mt-2 font-semibold">{children}</p>,
  h4: ({ children }) => <p className="mt-2 font-medium">{children}</p>,
  h5: ({ children }) => <p className="mt-2 font-medium">{children}</p>,
  h6: ({ children }) => <p className="mt-2 font-medium">{children}</p>,
  pre: ({ children }) => <CopyCode>{children}</CopyCode>,
  code: ({ children, className }) => (
    <code
      className={
        className ??
        "rounded-[4px] bg-sunken px-1 py-px font-mono text-[0.92em] break-words in-[pre]:bg-transparent in-[pre]:p-0"
      }
    >
      {children}
    </code>
  ),
  table: ({ children }) => (
    <ScrollBox name={agentStrings.table} className="overflow-x-auto">
      <table className="border-collapse text-sm">{children}</table>
    </ScrollBox>
  ),
  th: ({ children }) => <th className="border border-line px-2 py-1 text-left font-medium">{children}</th>,
  td: ({ children }) => <td className="border border-line px-2 py-1">{children}</td>,
  ul: ({ children }) => <ul className="list-disc pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol className="list-decimal pl-6" {...(start === undefined ? {} : { start })}>
      {children}
    </ol>
  ),
  blockquote: ({ children }) => (
    <blockquote className="border-l-2 border-line-strong pl-3 text-soft">{children}</blockquote>
  ),
  hr: () => <hr className="border-line" />,
  input: ({ checked }) => <span aria-hidden>{checked ? "☑ " : "☐ "}</span>,
};

function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown flex min-w-0 flex-col gap-2 break-words">
      <Renderer remarkPlugins={plugins} components={components}>
        {text}
      </Renderer>
    </div>
  );
}

export default memo(Markdown);
