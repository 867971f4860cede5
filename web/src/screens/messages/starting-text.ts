/** What a new message begins with: a greeting, and the way out that marketing needs. */
export function startingText(key: string, name: string): string {
  return `kind: template
key: ${key}
name: ${JSON.stringify(name === '' ? key : name)}
subject: ${JSON.stringify(name === '' ? key : name)}
mjml: |
  <mjml>
    <mj-body>
      <mj-section>
        <mj-column>
          <mj-text font-size="20px">Hello,</mj-text>
          <mj-text>Write here.</mj-text>
          <mj-button href="https://example.com">Look</mj-button>
          <mj-text font-size="12px"><a href="{{ message.unsubscribe_url }}">Unsubscribe</a></mj-text>
        </mj-column>
      </mj-section>
    </mj-body>
  </mjml>
`;
}
