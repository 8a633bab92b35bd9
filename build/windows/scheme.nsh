; Links of phone systems, meterside://pop?phone=..., for the installer: !include it, and insert the two macros.
; Nothing stands behind "%1": what follows a link in the command line is refused by the program.
!macro meterside.registerScheme
  WriteRegStr SHELL_CONTEXT "Software\Classes\meterside" "" "URL:Meterside"
  WriteRegStr SHELL_CONTEXT "Software\Classes\meterside" "URL Protocol" ""
  WriteRegStr SHELL_CONTEXT "Software\Classes\meterside\DefaultIcon" "" "$INSTDIR\meterside.exe,0"
  WriteRegStr SHELL_CONTEXT "Software\Classes\meterside\shell\open\command" "" '"$INSTDIR\meterside.exe" --pop "%1"'
!macroend

!macro meterside.unregisterScheme
  DeleteRegKey SHELL_CONTEXT "Software\Classes\meterside"
!macroend
