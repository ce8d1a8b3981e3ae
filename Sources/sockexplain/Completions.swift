import Catalog
import SockDiag

/// Completion scripts, made from the option table. They complete options, their words, commands, and the words of the filter.
enum Completions {
  static let commands = ["explain", "counters", "drops", "trace"]
  static let filterWords = ["state", "exclude", "src", "dst", "sport", "dport", "dev", "fwmark", "autobound", "and", "or", "not"]

  /// The script for a shell of `FlagTable.shells`.
  static func script(for shell: String) -> String {
    switch shell {
    case "zsh": zsh
    case "fish": fish
    default: bash
    }
  }

  private static func names(_ flag: Flag) -> [String] {
    [flag.short.map { "-\($0)" }, flag.long.map { "--\($0)" }, flag.alias.map { "--\($0)" }].compactMap { $0 }
  }

  private static var bash: String {
    let flags = FlagTable.offered
    var cases = ""
    for flag in flags {
      let pattern = names(flag).joined(separator: "|")
      switch flag.argument {
      case .none: continue
      case .file: cases += "    \(pattern)) COMPREPLY=($(compgen -f -- \"$current\")); return ;;\n"
      case .text: cases += "    \(pattern)) return ;;\n"
      case .choice(_, let words), .list(_, let words):
        cases += "    \(pattern)) COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\")); return ;;\n"
      }
    }
    return """
      # bash completion for sockexplain: source <(sockexplain --completions bash)
      _sockexplain() {
        local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
        case $previous in
      \(cases)    state|exclude) COMPREPLY=($(compgen -W '\(FilterStates.names.joined(separator: " "))' -- "$current")); return ;;
          dev) COMPREPLY=($(compgen -W "$(ls /sys/class/net 2>/dev/null)" -- "$current")); return ;;
        esac
        if [[ $current == -* ]]; then
          COMPREPLY=($(compgen -W '\(flags.flatMap(names).joined(separator: " "))' -- "$current"))
        else
          COMPREPLY=($(compgen -W '\((commands + filterWords).joined(separator: " "))' -- "$current"))
        fi
      }
      complete -F _sockexplain sockexplain

      """
  }

  /// Single quotes, brackets and colons have a meaning inside an _arguments specification.
  private static func zshText(_ text: String) -> String {
    text.reduce(into: "") { out, character in
      if character == "'" {
        out += "'\\''"
      } else {
        if "[]:\\".contains(character) { out += "\\" }
        out.append(character)
      }
    }
  }

  private static var zsh: String {
    let options = FlagTable.offered.map { flag -> String in
      let all = names(flag)
      let action: String
      switch flag.argument {
      case .none: action = ""
      case .file: action = ":file:_files"
      case .text(let name): action = ":\(name.lowercased()): "
      case .choice(let name, let words): action = ":\(name.lowercased()):(\(words.joined(separator: " ")))"
      case .list(let name, let words): action = ":\(name.lowercased()):_values -s , table \(words.joined(separator: " "))"
      }
      let text = "[\(zshText(flag.option.say().description))]\(action)"
      return all.count == 1
        ? "    '\(all[0])\(text)' \\\n" : "    '(\(all.joined(separator: " ")))'{\(all.joined(separator: ","))}'\(text)' \\\n"
    }.joined()
    return """
      #compdef sockexplain
      # zsh completion for sockexplain: put the output of sockexplain --completions zsh into a file _sockexplain of $fpath
      _sockexplain_words() {
        case $words[CURRENT-1] in
          state|exclude) compadd -- \(FilterStates.names.joined(separator: " ")) ;;
          dev) compadd -- /sys/class/net/*(N:t) ;;
          *) compadd -- \((commands + filterWords).joined(separator: " ")) ;;
        esac
      }
      _sockexplain() {
        _arguments -s \\
      \(options)    '*::word:_sockexplain_words'
      }
      if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _sockexplain "$@"; else compdef _sockexplain sockexplain; fi

      """
  }

  private static var fish: String {
    func quoted(_ text: String) -> String {
      "'" + text.reduce(into: "") { out, character in out += character == "'" || character == "\\" ? "\\\(character)" : "\(character)" }
        + "'"
    }
    var out = "# fish completion for sockexplain: sockexplain --completions fish | source\ncomplete -c sockexplain -f\n"
    for flag in FlagTable.offered {
      var line = "complete -c sockexplain"
      if let short = flag.short { line += " -s \(short)" }
      for long in [flag.long, flag.alias] { if let long { line += " -l \(long)" } }
      switch flag.argument {
      case .none: break
      case .file: line += " -r -F"
      case .text: line += " -x"
      case .choice(_, let words), .list(_, let words): line += " -x -a " + quoted(words.joined(separator: " "))
      }
      out += line + " -d " + quoted(flag.option.say().description) + "\n"
    }
    let previous = "string match -qr '^(state|exclude)$' -- (commandline -opc)[-1]"
    out += "complete -c sockexplain -n " + quoted(previous) + " -a " + quoted(FilterStates.names.joined(separator: " ")) + "\n"
    out +=
      "complete -c sockexplain -n " + quoted("not " + previous) + " -a " + quoted((commands + filterWords).joined(separator: " ")) + "\n"
    return out
  }
}
