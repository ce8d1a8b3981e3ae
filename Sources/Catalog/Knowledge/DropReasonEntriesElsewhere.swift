// Drop reasons that 6.18 does not have by these names, and the number ranges of subsystems.

extension Knowledge {
  static let elsewhereDropReasons: [Entry] = [
    dropReason(
      "SKB_BAD_GSO",
      meaning: """
        A large packet to be split later was handed to the device with a size, header or type that contradict each other. The sender is a guest or program whose offload \
        header (virtio) cannot be trusted; checking it there keeps drivers from crashing.
        """,
      usual: .init(
        "a large packet whose segmentation data contradict its headers", harm: .refusal, victim: .sender, capture: .hidden,
        advice: "Find the guest or tap device that sends it, and update its driver."),
      kernels: "some stable updates, such as Debian's 6.12, and kernels after 6.18", source: ("qdisc_pkt_len_init()", "net/core/dev.c")),
    dropReason(
      "VXLAN_NO_REMOTE",
      meaning: """
        The first name of NO_TX_TARGET, from the days when only VXLAN used it: neither a learned nor a default entry says behind which tunnel end the \
        destination is.
        """,
      usual: .init(
        "a VXLAN device knows no remote end for the destination", harm: .loss, victim: .host,
        advice: "See bridge fdb show dev VXLAN; add the entry, or a default one (00:00:00:00:00:00 dst ADDRESS)."),
      kernels: "6.13 only; from 6.14 on it is NO_TX_TARGET", source: ("vxlan_xmit()", "drivers/net/vxlan/vxlan_core.c"), version: "6.13"),
  ]

  /// What a subsystem's numbers mean together: its own list is in a module and moves between kernels.
  static let subsystemDropReasons: [Entry] = [
    dropReason(
      "SUBSYS_MAC80211_UNUSABLE", summary: "Wi-Fi: a received frame that nobody can use (numbers from 0x10000)",
      meaning: """
        mac80211 gives some forty reasons of its own: replayed or wrongly encrypted frames (MIC, replay counter, missing key), duplicates that the radio repeated, management frames \
        without the protection agreed. Weak signal and roaming produce most of them; a flood of decryption failures points to a key mismatch.
        """,
      misreading: "The low bits are numbers of net/mac80211/drop.h of that very kernel; the same number is another reason elsewhere.",
      usual: .init(
        "a Wi-Fi frame that was repeated, damaged, or not encrypted as agreed", harm: .benign, victim: .host, capture: .hidden,
        advice: "Watch iw dev DEV station dump (rx drop misc) and iw event; reconnect to renew the keys."),
      kernels: "6.4 and newer, as the range of subsystem 1", source: ("ieee80211_rx_handlers_result()", "net/mac80211/rx.c")),
    dropReason(
      "SUBSYS_MAC80211_MONITOR", summary: "Wi-Fi: a frame refused as traffic but still shown to monitors (0x20000 in 6.12)",
      meaning: """
        A frame that the station could not take itself, though monitor interfaces still get their copy: an unexpected four-address frame, beacons or management frames with a \
        bad key index.
        """,
      usual: .init(
        "a Wi-Fi frame that only monitor interfaces get to see", harm: .benign, victim: .host, capture: .hidden),
      kernels: "6.4 to 6.12 at least, as the range of subsystem 2; gone in 6.18",
      source: ("ieee80211_rx_handlers_result()", "net/mac80211/rx.c")),
    dropReason(
      "SUBSYS_OPENVSWITCH", summary: "Open vSwitch dropped it in the kernel's datapath (0x20000 in 6.18, 0x30000 in 6.12)",
      meaning: """
        The low bits say why, the same in all kernels: 1 the actions ended without output, 2 an action failed, 3 an explicit drop, 4 that with an error, 5 a meter, 6 recursion, \
        7 too many deferred actions, 8 and 9 fragmentation, 10 conntrack, 11 TTL. 1 and 3 are what the flow table says: a rule, or no rule.
        """,
      usual: .init(
        "an Open vSwitch flow ended in a drop", harm: .refusal, victim: .host, capture: .receivedOnly,
        advice: "Trace it: ovs-appctl ofproto/trace BRIDGE FLOW; counters: ovs-appctl coverage/show, ovs-dpctl dump-flows."),
      kernels: "6.6 and newer, as the range of subsystem 3; of 2 in 6.18", source: ("ovs_kfree_skb_reason()", "net/openvswitch/drop.h")),
  ]

  /// The subsystem's entry and the number within it, for a reason above 0xffff; nil for a core reason or an unknown subsystem.
  ///
  /// `kernel`: 6.12 and before have one subsystem more (mac80211's monitor), 6.18 has not, which moves Open vSwitch from 3 to 2; in between 2 is
  /// nobody's.
  public static func dropSubsystem(_ code: UInt32, on kernel: Release) -> (entry: Entry, number: UInt32)? {
    let name: String
    switch code >> 16 {
    case 1: name = "SUBSYS_MAC80211_UNUSABLE"
    case 2 where kernel >= "6.18": name = "SUBSYS_OPENVSWITCH"
    case 2 where kernel <= "6.12": name = "SUBSYS_MAC80211_MONITOR"
    case 3 where kernel < "6.18": name = "SUBSYS_OPENVSWITCH"
    default: return nil
    }
    return dropReason(name).map { ($0, code & 0xffff) }
  }
}
