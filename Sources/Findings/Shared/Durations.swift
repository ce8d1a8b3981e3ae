public import Catalog

enum DurationPhrase: String, PhraseTable {
  static var room: String { "duration" }
  case milliseconds = "{count} ms"
  case seconds = "{count} s"
  case minutes = "{count} min"
  case minutesSeconds = "{minutes} min {seconds} s"
  case hours = "{count} h"
  case hoursMinutes = "{hours} h {minutes} min"
  case days = "{count} d"
  case daysHours = "{days} d {hours} h"
}

/// Lengths of time as a person says them: two units at most, none finer than is worth reading.
public enum Durations {
  /// Milliseconds in words: `250 ms`, `1.5 s`, `95 s`, `2 min 11 s`, `2 h 11 min`, `3 d 4 h`. Cut, not rounded, so that
  /// nothing is said to have lasted longer than it has; a negative length reads as 0 ms.
  public static func words(milliseconds: Int) -> Sentence {
    let milliseconds = max(0, milliseconds)
    let seconds = milliseconds / 1000
    if seconds == 0 { return DurationPhrase.milliseconds.say(["count": milliseconds]) }
    if seconds < 10, milliseconds % 1000 >= 100 {
      return DurationPhrase.seconds.say(["count": "\(seconds).\(milliseconds % 1000 / 100)"])
    }
    if seconds < 120 { return DurationPhrase.seconds.say(["count": seconds]) }
    if seconds < 7200 {
      let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
      return rest == 0
        ? DurationPhrase.minutes.say(["count": minutes]) : DurationPhrase.minutesSeconds.say(["minutes": minutes, "seconds": rest])
    }
    let (hours, minutes) = (seconds / 60).quotientAndRemainder(dividingBy: 60)
    if hours < 48 {
      return minutes == 0
        ? DurationPhrase.hours.say(["count": hours]) : DurationPhrase.hoursMinutes.say(["hours": hours, "minutes": minutes])
    }
    let (days, rest) = hours.quotientAndRemainder(dividingBy: 24)
    return rest == 0 ? DurationPhrase.days.say(["count": days]) : DurationPhrase.daysHours.say(["days": days, "hours": rest])
  }

  /// Seconds in words.
  public static func words(seconds: Int) -> Sentence { words(milliseconds: seconds * 1000) }
}
