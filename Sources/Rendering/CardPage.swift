internal import Catalog
public import Findings
internal import SockDiag

/// A card as text.
public enum CardPage {
  static let column = 17

  /// Adds a card to a page: title and owner, lines with their details, then what to do.
  public static func write(_ card: Card, to page: inout Page, showsPlace: Bool = true) {
    page.blank()
    page.put(left: card.title.description, right: card.owner?.description)
    for line in card.lines { write(line, to: &page) }
    if showsPlace, let place = card.place { write(place, to: &page) }
    for advice in card.advice { page.put("→ " + advice.description, indent: 2, hang: 4, ink: .cyan) }
  }

  static func write(_ line: CardLine, to page: inout Page) {
    let color: Page.Ink =
      switch line.emphasis {
      case .plain: .plain
      case .good: .green
      case .warning: .yellow
      case .bad: .red
      case .advice: .cyan
      }
    let text = line.fill.map { bar($0) + " " + line.text.description } ?? line.text.description
    page.put(label: line.label.description, text, indent: 2, column: column, ink: color)
    for detail in line.details {
      page.put(detail.description, indent: page.style.width < 60 ? 6 : column, ink: .dim)
    }
  }

  /// Where the state stands: what led there, and the usual way on.
  static func write(_ place: StatePlace, to page: inout Page) {
    let way = place.way
    let from = place.from.map { $0.name + " → " } ?? ""
    page.put(
      label: PagePhrase.place.rawValue,
      from + "[" + way.from.name + "] → "
        + PagePhrase.next.say(["state": way.to == .close ? PagePhrase.gone.rawValue : way.to.name, "event": way.event]).description,
      indent: 2, column: column, ink: .dim)
  }
}
