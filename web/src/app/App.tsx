import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { Tooltip } from "radix-ui";
import { useState } from "react";
import { Toaster } from "sonner";
import { appearance } from "@/lib/appearance";
import { useStore } from "@/ui/useStore";
import { createPageRouter } from "./router";

export function App() {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false } } }),
  );
  const [router] = useState(() => createPageRouter(client));
  const { theme } = useStore(appearance);
  return (
    <QueryClientProvider client={client}>
      <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
        <RouterProvider router={router} />
        <Toaster
          theme={theme}
          position="bottom-right"
          offset={36}
          toastOptions={{
            classNames: {
              toast: "bg-raised! text-text! border-line! rounded-md! shadow-pop! text-sm! font-sans!",
              description: "text-soft!",
            },
          }}
        />
      </Tooltip.Provider>
    </QueryClientProvider>
  );
}
