# Makes dist\vae-desktop-VERSION-windows-x86_64.exe out of dist\vae-desktop, which packaging\build_bundle.py leaves.
#
#   powershell -ExecutionPolicy Bypass -File packaging\windows\make-installer.ps1
#
# Needs NSIS 3. MAKENSIS names its makensis.exe where that is neither on the path nor where NSIS installs itself.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

function Stop-WithMessage([string] $message) {
    [Console]::Error.WriteLine("make-installer: $message")
    exit 1
}

$root = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$payload = Join-Path $root 'dist\vae-desktop'
$icon = Join-Path $root 'build\icons\vae-desktop.ico'

$found = Select-String -Path (Join-Path $root 'vae_desktop\__init__.py') -Pattern '^__version__ = "((\d+\.\d+\.\d+)[^"]*)"$'
if (-not $found) {
    Stop-WithMessage 'vae_desktop\__init__.py has no version such as 0.1.0'
}
$version = $found.Matches[0].Groups[1].Value
$fileVersion = $found.Matches[0].Groups[2].Value + '.0'

if (-not (Test-Path -LiteralPath $payload) -or -not (Test-Path -LiteralPath $icon)) {
    Stop-WithMessage 'there is no dist\vae-desktop or no icon for it; first run: python packaging\build_bundle.py'
}
# installer.nsi writes and removes exactly these. Anything else would be left out without a word.
$known = 'VAE Desktop.exe', 'vae-desktop.exe', '_internal', 'licences'
$unknown = @(Get-ChildItem -LiteralPath $payload -Force | Where-Object { $known -notcontains $_.Name })
if ($unknown.Count) {
    Stop-WithMessage "installer.nsi does not know what dist\vae-desktop holds: $($unknown.Name -join ', ')"
}
# NSIS counts bytes in 32 bits, with a sign.
$size = (Get-ChildItem -LiteralPath $payload -Recurse -File -Force | Measure-Object -Property Length -Sum).Sum
if ($size -ge 2000MB) {
    Stop-WithMessage ('dist\vae-desktop has {0:N0} MB; NSIS takes less than 2,000' -f ($size / 1MB))
}

$candidates = @(
    $env:MAKENSIS
    (Get-Command makensis.exe -ErrorAction SilentlyContinue | Select-Object -First 1 -ExpandProperty Source)
    "${env:ProgramFiles(x86)}\NSIS\makensis.exe"
    "$env:ProgramFiles\NSIS\makensis.exe"
)
$makensis = $candidates | Where-Object { $_ -and (Test-Path -LiteralPath $_) } | Select-Object -First 1
if (-not $makensis) {
    Stop-WithMessage 'there is no makensis.exe; install NSIS 3 or name it in MAKENSIS'
}

$installer = Join-Path $root "dist\vae-desktop-$version-windows-x86_64.exe"
& $makensis /V2 /WX "/DVERSION=$version" "/DFILE_VERSION=$fileVersion" "/DPAYLOAD=$payload" `
    "/DOUTFILE=$installer" "/DICON=$icon" (Join-Path $PSScriptRoot 'installer.nsi')
if ($LASTEXITCODE) {
    Stop-WithMessage "makensis failed with status $LASTEXITCODE"
}
'{0}: {1:N0} MB' -f $installer, ((Get-Item -LiteralPath $installer).Length / 1MB)
