/** What a shell has to be told so that it completes commands, flags and values. Texts only. */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** The hidden command that the scripts ask: its arguments are the words so far, the last in part. */
export const COMPLETE = "__complete";

/** The script of a shell for the command `name`. Where nothing is proposed, files are. */
export function completionScript(shell: Shell, name: string): string {
  const fn = `_${name.replaceAll("-", "_")}`;
  switch (shell) {
    case "bash":
      return `# ${name} completions bash >> ~/.bash_completion
${fn}() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$word")
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F ${fn} ${name}`;
    case "zsh":
      return `#compdef ${name}
# ${name} completions zsh > "\${fpath[1]}/_${name}"
${fn}() {
  local word brief
  local -a found
  while IFS=$'\\t' read -r word brief; do
    found+=("\${word//:/\\\\:}:$brief")
  done < <("\${words[1]}" ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe '${name}' found; else _files; fi
}
compdef ${fn} ${name}`;
    case "fish":
      return `# ${name} completions fish > ~/.config/fish/completions/${name}.fish
function ${fn}
  set -l words (commandline -opc)
  $words[1] ${COMPLETE} $words[2..-1] "$(commandline -ct)" 2>/dev/null
end
complete -c ${name} -a "(${fn})"`;
  }
}
