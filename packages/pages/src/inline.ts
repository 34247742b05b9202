/**
 * A script as it may stand in a `<script>` element. `</script` would end it, and `<!--` would make the
 * browser read on past its end; in strings and patterns, the only places for them, `\x3c` means `<`.
 */
export function inlineScript(script: string): string {
  return script.replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
}

/** A stylesheet as it may stand in a `<style>` element, which `</style` would end. */
export function inlineStyle(style: string): string {
  return style.replaceAll(/<(?=\/style|!--)/gi, "\\3c ");
}
