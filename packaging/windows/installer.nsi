; The Windows installer, for one user and without administrator rights.
;
;   makensis -WX -DVERSION=0.1.0 -DPAYLOAD=... -DOUTFILE=... -DICON=... installer.nsi
;
; Paths must be absolute: makensis reads relative ones from this file's folder. make-installer.ps1 calls it on Windows,
; check-nsis.sh elsewhere. /S installs and removes silently; /D=FOLDER, as the last argument and without quotes,
; chooses the folder.
;
; Exit status: 0 done, 1 cancelled, 2 failed, 3 the program is running.

Unicode true

!macro Need NAME WHAT
  !ifndef ${NAME}
    !error "installer.nsi needs -D${NAME}=..., ${WHAT}"
  !endif
!macroend
!insertmacro Need VERSION "the version, such as 0.1.0"
!insertmacro Need PAYLOAD "the folder that PyInstaller left"
!insertmacro Need OUTFILE "the installer to write"
!insertmacro Need ICON "the program's .ico file"

!define NAME "VAE Desktop"
!define WINDOW "VAE Desktop.exe"
!define CONSOLE "vae-desktop.exe"
!define UNINSTALLER "Uninstall VAE Desktop.exe"
!define LICENCE "${__FILEDIR__}\..\..\LICENSE"
!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\VAEDesktop"
; Where vae_desktop.core.paths keeps a user's own things. Named to the user, never touched.
!define USER_DATA "$LOCALAPPDATA\vae_desktop"

!macro NeedInPayload PART
  !if ! /FileExists "${PAYLOAD}\${PART}"
    !error "PAYLOAD has no ${PART}: ${PAYLOAD}"
  !endif
!macroend
!insertmacro NeedInPayload "${WINDOW}"
!insertmacro NeedInPayload "${CONSOLE}"
!insertmacro NeedInPayload "_internal\*"
; The licences may lie beside the libraries or among them, but never be missing.
!if /FileExists "${PAYLOAD}\licences\*"
  !define LICENCES_BESIDE
!else
  !insertmacro NeedInPayload "_internal\licences\*"
!endif

; Windows wants four numbers here; a version such as 0.2.0rc1 has to be told apart by who calls.
!ifndef FILE_VERSION
  !define FILE_VERSION "${VERSION}.0"
!endif

; Solid: most of the payload is libraries that are alike.
SetCompressor /SOLID lzma
SetCompressorDictSize 32

!include LogicLib.nsh
!include MUI2.nsh
!include WinVer.nsh
!include x64.nsh

Name "${NAME}"
OutFile "${OUTFILE}"
BrandingText "${NAME} ${VERSION}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
; An upgrade goes where the older version is, unless the user says otherwise.
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
ManifestDPIAware true
; Otherwise a silent installation would leave out, without a word, each file that it can't write.
AllowSkipFiles off

Var Older ; the folder of the version that is installed, or nothing

; Solid compression has no way to a file but through all before it; what the start needs goes to the front.
ReserveFile /plugin System.dll
ReserveFile /plugin nsDialogs.dll

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${WINDOW}"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "The program will be removed. The models that you saved stay where they \
    are, and so do downloaded data sets, autosaved trainings and settings, in ${USER_DATA}."

!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_CUSTOMFUNCTION_LEAVE RefuseForeignFolder
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

VIProductVersion "${FILE_VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductName" "${NAME}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileDescription" "${NAME} installer"
VIAddVersionKey /LANG=${LANG_ENGLISH} "CompanyName" "vae_desktop contributors"
VIAddVersionKey /LANG=${LANG_ENGLISH} "LegalCopyright" "MIT licence"

; Exactly what the installer writes into FOLDER, less the uninstaller. RefuseForeignFolder sees that the two folders
; were made by the installer, so nobody else's files are in them.
!macro RemoveProgram FOLDER
  RMDir /r "${FOLDER}\_internal"
  !ifdef LICENCES_BESIDE
    RMDir /r "${FOLDER}\licences"
  !endif
  Delete "${FOLDER}\${CONSOLE}"
  Delete "${FOLDER}\${WINDOW}"
!macroend

; Opens an ${If} that somebody else closes.
!macro IfAnyIsThere
  ${If} ${FileExists} "$INSTDIR\_internal"
  ${OrIf} ${FileExists} "$INSTDIR\${CONSOLE}"
  ${OrIf} ${FileExists} "$INSTDIR\${WINDOW}"
  !ifdef LICENCES_BESIDE
  ${OrIf} ${FileExists} "$INSTDIR\licences"
  !endif
!macroend

; Windows lets nobody write to a program that runs. No list of processes has to be searched for that, and it also
; finds a training on the command line.
!macro SeeWhetherRuns PROGRAM
  ${If} ${FileExists} "${PROGRAM}"
    ClearErrors
    FileOpen $2 "${PROGRAM}" a
    ${If} ${Errors}
      StrCpy $1 "${PROGRAM}"
    ${Else}
      FileClose $2
    ${EndIf}
  ${EndIf}
!macroend

; The installer and the uninstaller can't share a function. The folder is in $0.
!macro RefuseWhileRunning UN
Function ${UN}RefuseWhileRunning
  ${Do}
    StrCpy $1 ""
    !insertmacro SeeWhetherRuns "$0\${WINDOW}"
    !insertmacro SeeWhetherRuns "$0\${CONSOLE}"
    ${If} $1 == ""
      Return
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is running: $1 is in use.$\n$\nSave your work, close its \
        windows and end its commands in terminals. Then try again." /SD IDCANCEL IDRETRY again
    SetErrorLevel 3
    Quit
    again:
  ${Loop}
FunctionEnd
!macroend
!insertmacro RefuseWhileRunning ""
!insertmacro RefuseWhileRunning "un."

; Removing the program later takes whole folders away. In a folder that another program filled, these could be its.
Function RefuseForeignFolder
  ${If} $INSTDIR == $Older
  ${OrIf} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    Return
  ${EndIf}
  !insertmacro IfAnyIsThere
    MessageBox MB_OK|MB_ICONEXCLAMATION "$INSTDIR already holds files of another program. Please choose another \
        folder." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  SetErrorLevel -1
FunctionEnd

; Only the older version's own uninstaller knows exactly what that version wrote.
Function RemoveOlder
  ${If} $Older == ""
  ${AndIf} ${FileExists} "$INSTDIR\${UNINSTALLER}"
    StrCpy $Older $INSTDIR ; its entry in the registry is lost
  ${EndIf}
  ${If} $Older == ""
    Return
  ${EndIf}
  StrCpy $0 $Older
  Call RefuseWhileRunning
  DetailPrint "Removing the older version from $Older"
  ${If} ${FileExists} "$Older\${UNINSTALLER}"
    ; With _?= it works in place and is waited for; without, it would copy itself away and return at once.
    ClearErrors
    ExecWait '"$Older\${UNINSTALLER}" /S _?=$Older' $0
    ${If} ${Errors}
    ${OrIf} $0 != 0
      MessageBox MB_OK|MB_ICONSTOP "The older version in $Older could not be removed. Please remove it in Windows' \
          settings, then try again." /SD IDOK
      SetErrorLevel 2
      Abort "The older version could not be removed."
    ${EndIf}
    ; The one thing that it can't remove while it works in place.
    Delete "$Older\${UNINSTALLER}"
  ${ElseIf} ${FileExists} "$Older\${WINDOW}"
    !insertmacro RemoveProgram "$Older"
  ${EndIf}
  RMDir "$Older" ; only if it is empty
FunctionEnd

Section "${NAME}" SectionProgram
  SectionIn RO
  Call RemoveOlder

  ; First, so that an installation that fails half-way can be removed like any other.
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\${UNINSTALLER}"
  WriteRegStr HKCU "${KEY}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "Publisher" "vae_desktop contributors"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\${WINDOW},0"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\${UNINSTALLER}"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\${UNINSTALLER}" /S'
  SectionGetSize ${SectionProgram} $0
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1

  File "${PAYLOAD}\${WINDOW}"
  File "${PAYLOAD}\${CONSOLE}"
  SetOutPath "$INSTDIR\_internal"
  File /r "${PAYLOAD}\_internal\*"
  !ifdef LICENCES_BESIDE
    SetOutPath "$INSTDIR\licences"
    File /r "${PAYLOAD}\licences\*"
  !endif

  ; A shortcut starts in the folder that is current when it is made: files are saved there, not beside the program.
  SetOutPath "$DOCUMENTS"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${WINDOW}"
SectionEnd

Section /o "Shortcut on the desktop" SectionDesktop
  SetOutPath "$DOCUMENTS"
  CreateShortcut "$DESKTOP\${NAME}.lnk" "$INSTDIR\${WINDOW}"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionProgram} "The program and its entry in the Start menu."
  !insertmacro MUI_DESCRIPTION_TEXT ${SectionDesktop} "Opens the program from the desktop."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "${NAME} needs 64-bit Windows 10 or later." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  ReadRegStr $Older HKCU "${KEY}" "InstallLocation"
  ${If} $Older != ""
    StrCpy $0 $Older
    Call RefuseWhileRunning
  ${EndIf}
  ${If} ${Silent}
    ; Here Abort ends the installer.
    Call RefuseForeignFolder
  ${EndIf}
  ; An upgrade keeps the choice that was made before.
  ${If} ${FileExists} "$DESKTOP\${NAME}.lnk"
    !insertmacro SelectSection ${SectionDesktop}
  ${EndIf}
FunctionEnd

Function un.onInit
  StrCpy $0 $INSTDIR
  Call un.RefuseWhileRunning
FunctionEnd

Section "Uninstall"
  ReadRegStr $Older HKCU "${KEY}" "InstallLocation"
  ; A copy of the uninstaller in some other folder must not take that folder's _internal away.
  ${If} $Older != $INSTDIR
  ${AndIfNot} ${FileExists} "$INSTDIR\${WINDOW}"
    MessageBox MB_OK|MB_ICONSTOP "${NAME} is not installed in $INSTDIR." /SD IDOK
    SetErrorLevel 2
    Abort "Not installed here."
  ${EndIf}

  !insertmacro RemoveProgram "$INSTDIR"
  !insertmacro IfAnyIsThere
    ; The uninstaller and its entry stay, so that it can be run again.
    MessageBox MB_OK|MB_ICONEXCLAMATION "Some files in $INSTDIR are in use and could not be removed. Please close \
        what uses them, then try again." /SD IDOK
    SetErrorLevel 2
    Abort "Some files could not be removed."
  ${EndIf}

  ; Unless they belong to a version that was installed elsewhere.
  ${If} $Older == $INSTDIR
  ${OrIf} $Older == ""
    Delete "$SMPROGRAMS\${NAME}.lnk"
    Delete "$DESKTOP\${NAME}.lnk"
    DeleteRegKey HKCU "${KEY}"
  ${EndIf}
  Delete "$INSTDIR\${UNINSTALLER}"
  RMDir "$INSTDIR" ; only if it is empty: a user's own files stay
SectionEnd
