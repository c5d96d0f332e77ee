import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** How wide an element is, as that changes. */
export function useWidth<E extends HTMLElement>(): [RefObject<E | null>, number] {
  const reference = useRef<E | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = reference.current;
    if (element === null) return;
    const look = () => setWidth(Math.floor(element.clientWidth));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [reference, width];
}

/** Whether the page is as narrow as a phone. */
export function useNarrow(): boolean {
  const query = useRef(matchMedia("(max-width: 900px)"));
  const [narrow, setNarrow] = useState(query.current.matches);
  useEffect(() => {
    const media = query.current;
    const look = () => setNarrow(media.matches);
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, []);
  return narrow;
}
