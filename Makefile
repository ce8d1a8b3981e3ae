build:
	swift build -Xswiftc -warnings-as-errors
test:
	swift test -Xswiftc -warnings-as-errors
