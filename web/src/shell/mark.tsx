/** The three bells. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg viewBox="0 0 22 22" width={size} height={size} fill="var(--mantine-color-anchor)" aria-hidden="true">
      <path d="M2 3.2h18v1.7H2z" />
      <path d="M5.2 6c1.5 0 2.3 1.2 2.3 3v2.6l.9 1.5v.9H2v-.9l.9-1.5V9c0-1.8.8-3 2.3-3zm-1 9h2a1 1 0 0 1-2 0z" />
      <path
        d="M11.9 6c1.2 0 1.9 1 1.9 2.5v1.9l.8 1.3v.8H9.3v-.8l.8-1.3V8.5C10.1 7 10.7 6 11.9 6zm-.8 7.5h1.6a.8.8 0 0 1-1.6 0z"
        opacity=".8"
      />
      <path
        d="M17.6 6c1 0 1.5.8 1.5 2v1.3l.7 1.1v.7h-4.4v-.7l.7-1.1V8c0-1.2.5-2 1.5-2zm-.6 6.1h1.2a.6.6 0 0 1-1.2 0z"
        opacity=".6"
      />
    </svg>
  );
}
