import { Link } from "@tanstack/react-router";
import { Bot, Command, House, Inbox, Monitor, Settings, SquareTerminal } from "lucide-react";
import type { ReactNode } from "react";
import { Hint } from "@/ui/Hint";
import { IconButton } from "@/ui/IconButton";
import { Mark } from "@/ui/Mark";
import { useNavigation } from "./navigation";
import { appStrings as strings } from "./strings";

/** Where one can go. A column on the left, a bar at the bottom of a phone. */
export function Rail({ needs, questions }: { needs: number; questions: number }) {
  const { openPalette } = useNavigation();
  return (
    <nav
      aria-label={strings.main}
      className="flex shrink-0 items-center gap-1 border-line bg-canvas max-md:h-[calc(52px+env(safe-area-inset-bottom))] max-md:items-start max-md:justify-around max-md:border-t max-md:pt-1 md:w-12 md:flex-col md:border-r md:py-2.5"
    >
      <span className="mb-2 max-md:hidden">
        <Mark size={22} />
      </span>
      <Place to="/" name={strings.home} keys="g h" badge={needs}>
        <House size={18} strokeWidth={1.75} aria-hidden />
      </Place>
      <Place to="/inbox" name={strings.inbox} keys="g i" badge={questions}>
        <Inbox size={18} strokeWidth={1.75} aria-hidden />
      </Place>
      <Place to="/agents" name={strings.agents} keys="g a">
        <Bot size={18} strokeWidth={1.75} aria-hidden />
      </Place>
      <Place to="/sessions" name={strings.sessions} keys="g s">
        <SquareTerminal size={18} strokeWidth={1.75} aria-hidden />
      </Place>
      <Place to="/hosts" name={strings.hosts} keys="g o">
        <Monitor size={18} strokeWidth={1.75} aria-hidden />
      </Place>
      <span className="flex-1 max-md:hidden" />
      <IconButton
        name={strings.commands}
        keys="mod+k"
        hintSide="right"
        className="size-9! max-md:hidden"
        onClick={openPalette}
      >
        <Command size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <Place to="/settings" name={strings.settings} keys="g ,">
        <Settings size={18} strokeWidth={1.75} aria-hidden />
      </Place>
    </nav>
  );
}

interface PlaceProps {
  to: "/" | "/inbox" | "/agents" | "/sessions" | "/hosts" | "/settings";
  name: string;
  keys: string;
  badge?: number;
  children: ReactNode;
}

function Place({ to, name, keys, badge = 0, children }: PlaceProps) {
  return (
    <Hint text={badge > 0 ? `${name}, ${strings.needsYou(badge)}` : name} keys={keys} side="right">
      <Link
        to={to}
        activeOptions={{ exact: to === "/" }}
        className="relative flex flex-col items-center justify-center rounded-md text-faint hover:bg-hover hover:text-text data-[status=active]:bg-selected data-[status=active]:text-text max-md:h-11 max-md:min-w-0 max-md:flex-1 max-md:gap-0.5 md:size-9"
      >
        {children}
        <span className="text-[10.5px] leading-none md:sr-only">{name}</span>
        {badge > 0 ? (
          <span className="absolute -top-0.5 -right-0.5 flex h-4 min-w-4 items-center justify-center rounded-full bg-needs px-1 text-[10px] font-semibold text-surface ring-2 ring-canvas max-md:right-[calc(50%-18px)]">
            {badge}
            <span className="sr-only"> {strings.waiting(badge)}</span>
          </span>
        ) : null}
      </Link>
    </Hint>
  );
}
